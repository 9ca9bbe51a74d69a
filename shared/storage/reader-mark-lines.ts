import fs from 'bare-fs'
import b4a from 'b4a'
import type { Turn } from '../log/position.js'
import { checksum } from './checksum.js'
import type { OutputRecord } from './output-record.js'
import { readSmallFile } from './small-file.js'

// Two places for a line, written by turns, so that one is whole: an object as JSON, and its checksum.
export const SLOT = 8192 // bytes, with the longest path

/** A file that the log goes into, and how far it was with the position. */
interface Output {
  file: string
  record: OutputRecord
}

export interface Mark {
  /** Null before it is known. */
  place: Turn | null
  output: Output | null
  state: 'running' | 'stopped'
  /** How often it was written. */
  writes: number
}

export function formatMark(mark: Mark): Buffer {
  const text = JSON.stringify(mark)
  return b4a.from(`${text} ${checksum(text)}\n`) as Buffer
}

/** The later one of the two that is whole; null when there is none. */
export function readMark(file: string): Mark | null {
  if (readSmallFile(file) === null) return null
  const bytes = fs.readFileSync(file) as Buffer
  const marks = [0, SLOT].flatMap((at) => parse(b4a.toString(bytes.subarray(at, at + SLOT))))
  return marks.toSorted((a, b) => b.writes - a.writes)[0] ?? null
}

function parse(slot: string): Mark[] {
  const line = slot.slice(0, slot.indexOf('\n'))
  const at = line.lastIndexOf(' ')
  const text = line.slice(0, at)
  return at > 0 && line.slice(at + 1) === checksum(text) ? [JSON.parse(text) as Mark] : []
}

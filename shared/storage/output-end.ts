import b4a from 'b4a'
import fs from 'bare-fs'
import path from 'bare-path'
import type Hypercore from 'hypercore'
import { getContent } from '../log/content.js'
import { hashOf, idOf, readAt, readLast, type OutputRecord } from './output-record.js'

/** What is written for a block, as pieces in order. */
export type Format = (block: Uint8Array, index: number) => Uint8Array[]

/** A file that is open, and what was written of it. */
export interface Written {
  core: Hypercore
  format: Format
  record: OutputRecord
}

/**
 * How many bytes of the file that is open as `fd` are before the place of its record: what comes after them
 * was cut short, and is written again. All of it is, when somebody emptied the file. Null when there are bytes
 * that were not written by us.
 */
export async function findEnd(fd: number, written: Written): Promise<number | null> {
  const { length, hash } = written.record
  const { size } = fs.fstatSync(fd)
  const isKnown = size >= length && hashOf(readLast(fd, length)) === hash
  if (isKnown && (await isNext(fd, length, size, written))) return length
  return (await isNext(fd, 0, size, written)) ? 0 : null
}

/**
 * What was cut short is at the end of a file that has another name now, or none: where it is in the same
 * folder, that is cut off, since it is written again.
 */
export async function cutRenamed(file: string, written: Written): Promise<void> {
  const folder = path.dirname(fs.realpathSync(file))
  for (const name of fs.readdirSync(folder)) {
    const stat = fs.lstatSync(path.join(folder, name))
    if (!stat.isFile() || idOf(stat) !== written.record.id) continue
    const fd = fs.openSync(path.join(folder, name), 'r+')
    try {
      const end = await findEnd(fd, written)
      if (end === written.record.length) await cutAt(fd, end)
    } finally {
      fs.closeSync(fd)
    }
  }
}

export async function cutAt(fd: number, end: number): Promise<void> {
  if (fs.fstatSync(fd).size <= end) return
  await fs.ftruncate(fd, end)
  await fs.fsync(fd)
}

// What was written in the place of blocks that are gone, or the beginning of it, is written again, too.
function isGapNotice(bytes: Uint8Array, from: number): boolean {
  const start = `{"gone":{"from":${from},"to":`
  const text = b4a.toString(bytes.subarray(0, start.length))
  return bytes.byteLength < start.length + 24 && start.startsWith(text)
}

// Whether the bytes from `at` on are what is written from the record's place on. Those blocks are here: they
// were on disk before they were written. A power cut may leave zeros in place of what was not synced.
async function isNext(fd: number, at: number, size: number, written: Written): Promise<boolean> {
  const { core, format, record } = written
  for (let index = record.start; at < size; index++) {
    if (!(await core.has(index))) return isGapNotice(readAt(fd, at, size - at), index)
    const block = (await getContent(core, index)).subarray(
      index === record.start ? record.offset : 0
    )
    const ours = b4a.concat(format(block, index))
    const theirs = readAt(fd, at, Math.min(ours.byteLength, size - at))
    if (theirs.some((byte, i) => byte !== ours[i] && byte !== 0)) return false
    at += theirs.byteLength
  }
  return true
}

import path from 'bare-path'
import { FROM_START, compiled } from '../lab/commands.js'
import { formatNodes } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import type { Stage } from '../lab/stage.js'
import { made } from './files.js'
import { LINE } from './input.js'

type Ondata = (chunk: Uint8Array) => void

/** A writer, and a reader that prints all of its log; each has a new folder. */
export interface Pair {
  /** `pipe`: a command of a shell, whose output it writes. */
  writer(stage: Stage, pipe?: string): Program
  reader(stage: Stage, key: string, ondata: Ondata): Program
  /** Bytes that the reader prints of block i, a line. */
  printed(i: number): number
}

/** Ours, with these flags and this environment at the writer. */
export function oursWith(writer: { flags?: string[]; env?: Record<string, string> }): Pair {
  return {
    writer: (stage, pipe) => stage.writer('writer', { storage: stage.newPath(), pipe, ...writer }),
    reader: (stage, key, ondata) =>
      stage.reader('reader', key, { storage: stage.newPath(), flags: FROM_START, ondata }),
    printed: () => LINE
  }
}

export const ours = oursWith({})
export const encrypted = oursWith({ flags: ['--encrypt'] })
export const unsynced = oursWith({ flags: ['--no-sync'] })

/** The approach of Pear's how-to. */
export const howTo: Pair = {
  writer(stage, pipe) {
    const args = ['write', stage.newPath(), formatNodes(stage.bootstrap)]
    return stage.module('bench/baselines/how-to', args, { pipe })
  },
  reader(stage, key, ondata) {
    const args = ['read', stage.newPath(), formatNodes(stage.bootstrap), key]
    return stage.module('bench/baselines/how-to', args, { host: 'b', ondata })
  },
  printed: (i) => LINE + `Block ${i}: \n`.length
}

/** What both writers say when all of their input is in the log. */
export const COMMITTED = 'all committed'

/** The `pipe` of a file. */
export function cat(file: string): string {
  return `cat ${file}`
}

/** The `pipe` of so many lines, each in a write of its own. */
export function lines(count: number): string {
  return [...compiled('bench/lines'), count].join(' ')
}

/** A `--storage` for our writer with a log of ready blocks, made once for all runs. */
export function readyLog(stage: Stage, blocks: number, size: number): Promise<string> {
  return made(`log-of-${blocks}`, async (storage) => {
    const log = path.join(storage, 'writer-storage')
    await stage.module(RAW, ['append', log, String(blocks), String(size)]).ended
  })
}

const RAW = 'bench/baselines/raw-hypercore'

/** Bytes a second at which Hypercore alone appends ready blocks. */
export async function rawAppend(stage: Stage, blocks: number, size: number): Promise<number> {
  return raw(stage, blocks * size, ['append', stage.newPath(), String(blocks), String(size)])
}

/** Bytes a second at which Hypercore alone downloads a log of so many blocks, `size` bytes in all. */
export async function rawDownload(
  stage: Stage,
  key: string,
  blocks: number,
  size: number
): Promise<number> {
  const nodes = formatNodes(stage.bootstrap)
  return raw(stage, size, ['download', stage.newPath(), nodes, key, String(blocks)])
}

async function raw(stage: Stage, size: number, args: string[]): Promise<number> {
  const program = stage.module(RAW, args)
  await program.prints('\n')
  return size / (Number(program.stdout) / 1000)
}

import b4a from 'b4a'
import fs from 'bare-fs'
import path from 'bare-path'
import Hypercore from 'hypercore'
import { withTimeout } from '../../shared/log/timeout.js'
import { FROM_START } from '../commands.js'
import type { Program } from '../program.js'
import { FailingDisk } from './failing-disk.js'

const LONGEST = 60_000 // ms, of a run
const LINES = ['one\n', 'two\n', `${'x'.repeat(100_000)}\n`]
const OUTPUT = 'output.log'
const NAMED = /\/(writer|reader)-storage|\/output\.log/
const TRACE = /^\s+at \S/m

/** What the log holds in the end. */
export const ALL = LINES.join('')

/** A run of an app, told what its disk does, and the check of what it has left. */
export interface Run {
  /** Starts it with its log below `storage`. */
  start: (storage: string, env: Record<string, string>) => Program
  /** Throws when what it printed and what is in its folder is not what it says; `isDone`: it ended with 0. */
  check: (program: Program, storage: string, isDone: boolean) => Promise<void>
}

export interface IoErrors {
  library: string
  tmp: () => Promise<string>
}

/**
 * Has call number `at` of a run fail, and then starts it again on a disk that is well. Resolves to the files
 * that it failed for. Throws when a run says nothing, or something that was committed or printed is lost.
 */
export async function failAt(
  { library, tmp }: IoErrors,
  { start, check }: Run,
  fault: string,
  at: number
): Promise<string[]> {
  const storage = await tmp()
  const disk = new FailingDisk(library, storage, fault, at)
  const where = (): string => `${fault}, call ${at}, ${disk.failed.at(-1)}`
  try {
    const first = start(storage, disk.env)
    const isDone = await hasDone(first)
    if (at > 0 && disk.failed.length === 0) throw new Error('there was no such call')
    await check(first, storage, isDone)
    const again = start(storage, {})
    if (!(await hasDone(again))) throw new Error(`the next start ended: ${again.stderr}`)
    await check(again, storage, true)
    const isOther =
      first.stdout.startsWith('hypercore key') && !again.stdout.startsWith(first.stdout)
    if (isOther) throw new Error('another key')
  } catch (err) {
    throw new Error(`${where()}: ${(err as Error).message}`, { cause: err })
  }
  return disk.failed
}

/** The calls of a run that are the first ones for a file of their kind: their numbers, and the files. */
export async function places(
  trial: IoErrors,
  run: Run,
  fault: string
): Promise<{ at: number; file: string }[]> {
  const files = await failAt(trial, run, fault, 0)
  const kinds = files.map((file) => file.replaceAll(/\d+/g, 'n'))
  const first = new Set(kinds.map((kind) => kinds.indexOf(kind)))
  return [...first].map((index) => ({ at: index + 1, file: files[index]! }))
}

/** A writer: `start` gives it no peer, and an input of `ALL`. */
export function writerRun(start: (storage: string, env: Record<string, string>) => Program): Run {
  return {
    start: (storage, env) => {
      const program = start(storage, env)
      for (const line of LINES) program.type(line)
      program.endInput()
      return program
    },
    check: async (_, storage, isDone) => {
      const text = await textOf(path.join(storage, 'writer-storage'))
      if (isDone ? !text.endsWith(ALL) : !ALL.startsWith(text)) {
        throw new Error(`the log has ${text.length} bytes`)
      }
    }
  }
}

/** A reader of a log that holds `ALL`. */
export function readerRun(
  start: (storage: string, flags: string[], env: Record<string, string>) => Program
): Run {
  return {
    start: (storage, env) => start(storage, [...FROM_START, '--exit'], env),
    check: async ({ stdout }, _, isDone) => {
      const isRight = isDone ? stdout === ALL : ALL.startsWith(stdout)
      if (!isRight) throw new Error(`it printed ${stdout.length} bytes`)
    }
  }
}

/** The same, with `--output`. */
export function outputRun(
  start: (storage: string, flags: string[], env: Record<string, string>) => Program
): Run {
  return {
    start: (storage, env) =>
      start(storage, ['--from', '0', '--exit', '--output', path.join(storage, OUTPUT)], env),
    check: async (_, storage, isDone) => {
      const file = path.join(storage, OUTPUT)
      const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''
      const isRight = isDone ? text === ALL : ALL.startsWith(text)
      if (!isRight) throw new Error(`its file has ${text.length} bytes`)
    }
  }
}

// Whether it has done all; if not, it has ended with one sentence that names its folder or file.
async function hasDone(program: Program): Promise<boolean> {
  program.stopped = true
  const code = await withTimeout(LONGEST, program.ended, 'it did not end').catch((err: Error) => {
    throw new Error(`${err.message}: ${program.stderr}`)
  })
  const { stderr } = program
  if (code === 0 && !TRACE.test(stderr)) return true
  const errors = stderr.split('\n').filter((line) => line.includes('error: '))
  const isTold = errors.length === 1 && NAMED.test(errors[0]!)
  if (code !== 1 || !isTold || TRACE.test(stderr)) throw new Error(`ended with ${code}: ${stderr}`)
  return false
}

// Nothing is there after a first start that failed.
async function textOf(dir: string): Promise<string> {
  const core = new Hypercore(Hypercore.defaultStorage(dir, { readOnly: true }), null, {
    createIfMissing: false,
    writable: false
  })
  const blocks: Uint8Array[] = []
  try {
    const isThere = await core.ready().then(
      () => true,
      () => false
    )
    if (!isThere) return ''
    for (let i = 0; i < core.length; i++) blocks.push(await core.get(i))
  } finally {
    await core.close().catch(() => {})
  }
  return b4a.toString(b4a.concat(blocks))
}

import path from 'bare-path'
import { withTimeout } from '../../shared/log/timeout.js'
import { readMark } from '../../shared/storage/durable-mark.js'
import { FROM_START } from '../commands.js'
import { Lines } from '../lines.js'
import type { Program } from '../program.js'
import type { Random } from '../random.js'
import { SIGKILL, SIGTERM } from '../signals.js'
import { sleep } from '../time.js'
import type { Disk } from './disk.js'

const LONGEST_CLOSE = 60 // ms
const LONGEST_RUN = 300 // ms, before a cut
/** Lines a run that is no flood. */
export const LONE = 3
const FLOOD = 2_000_000 // lines, which a reader can catch up with
const LAST = 1000 // lines of the last run
const LOOK = 5 // ms
const LONGEST_WAIT = 30_000 // ms

export interface PowerCuts {
  disk: Disk
  random: Random
  cuts: number
  /** Input at full speed, else a line at a time. */
  isFlood: boolean
  /** The reader is there when the writer comes back, else it comes when there are new lines. */
  isReaderUp: boolean
  /** The writer is told to end just before, and has not. */
  isClosing?: boolean
  /** On the disk; `input` is a command of a shell whose output it takes. */
  writer: (input?: string) => Program
  reader: (key: string, flags: string[], ondata: (chunk: Uint8Array) => void) => Program
}

/**
 * Cuts the power of a writer's disk again and again, and resolves to the number of lines that a reader has
 * printed. Throws when one of them is lost, doubled, or out of order, or when the log ends in two histories.
 */
export async function cutPower(trial: PowerCuts): Promise<number> {
  const { disk, random, cuts, isFlood, isReaderUp } = trial
  const dir = path.join(disk.folder, 'writer-storage')
  const lines = new Numbered()
  let key = ''
  let reader: Program | null = null
  let length = 0
  for (let run = 1; run <= cuts + 1; run++) {
    const isLast = run > cuts
    const flood = `seq -f "${run} %.0f" 1 ${isLast ? LAST : FLOOD}`
    const writer = trial.writer(isFlood ? flood : undefined)
    if (!isFlood) writer.type(`${run} 1\n`)
    const printed = await writer.key()
    if (key !== '' && key !== printed) throw new Error('another key')
    key = printed
    while ((readMark(dir)?.length ?? 0) <= length && !writer.isOver) await sleep(LOOK)
    reader ??= trial.reader(key, run === 1 ? FROM_START : ['--raw'], lines.ondata)
    const until = (condition: () => boolean): Promise<unknown> =>
      Promise.race([
        withTimeout(LONGEST_WAIT, lines.until(condition), 'the next line did not come'),
        overTooSoon(reader!),
        overTooSoon(writer)
      ])
    await until(() => lines.run === run)
    const last = isFlood ? LAST : LONE
    if (!isFlood) {
      for (let n = 2; n <= LONE; n++) {
        writer.type(`${run} ${n}\n`)
        await until(() => lines.last === n)
      }
      if (isLast) writer.endInput()
    }
    if (isLast) {
      await writer.says('all committed')
      await until(() => lines.last === last)
      await checkAll(trial, key, lines.count)
    }
    await sleep(isFlood ? random.below(LONGEST_RUN) : 0)
    if (trial.isClosing) {
      void writer.stop(SIGTERM)
      await sleep(random.below(LONGEST_CLOSE))
    }
    await writer.stop(SIGKILL)
    if (!isReaderUp || isLast) {
      await reader.stop(SIGTERM)
      reader = null
      lines.reset()
    }
    disk.cut()
    length = readMark(dir)?.length ?? 0
  }
  return lines.count
}

// A new reader gets every line that another one has printed.
async function checkAll({ reader }: PowerCuts, key: string, count: number): Promise<void> {
  const lines = new Numbered()
  const late = reader(key, [...FROM_START, '--exit'], lines.ondata)
  late.stopped = true // it ends by itself
  const code = await late.ended
  if (code !== 0) throw new Error(`a new reader ended with ${code}: ${late.stderr}`)
  if (lines.count !== count) throw new Error(`a new reader has ${lines.count} lines of ${count}`)
}

async function overTooSoon(program: Program): Promise<never> {
  const code = await program.ended
  if (program.stopped) return new Promise(() => {})
  throw new Error(`ended with ${code}: ${program.stderr}`)
}

/**
 * Lines with the number of their run and their own in it, each after the one before. A writer that is told to end
 * may have read the beginning of a line: the next run's first one comes after that.
 */
class Numbered extends Lines {
  run = 0
  last = 0
  count = 0

  constructor() {
    super((line) => {
      const first = `${this.run + 1} 1`
      const begun = line.endsWith(first) ? line.slice(0, -first.length) : null
      const isNew = begun !== null && `${this.run} ${this.last + 1}`.startsWith(begun)
      if (isNew) [this.run, this.last] = [this.run + 1, 0]
      else if (line !== `${this.run} ${this.last + 1}`) {
        throw new Error(`after line ${this.last} of run ${this.run} came ${JSON.stringify(line)}`)
      }
      this.last++
      this.count++
    })
  }
}

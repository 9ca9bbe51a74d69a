import { FROM_START } from '../../lab/commands.js'
import { median } from '../../lab/median.js'
import { cpuOfThreads } from '../../lab/resources.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { sleep } from '../../lab/time.js'
import { Steady } from './steady.js'

const RATE = 100 // lines a second
const START = 5000 // ms, in which they find each other

/** What lines of 100 bytes cost, 100 a second to so many readers, and how late they are. */
export interface Readers {
  /** Of the writer, for each line, in ms. */
  cpu: number
  /** Of all lines at all readers, in ms. */
  median: number
  /** Of the last third of them. */
  last: number
}

/** For so many seconds, on one machine. */
export async function costOfReaders(
  stage: Stage,
  { readers, seconds }: { readers: number; seconds: number }
): Promise<Readers> {
  const writer = stage.writer('writer', { storage: stage.newPath() })
  const key = await writer.key()
  const steady = new Steady()
  const followers = Array.from({ length: readers }, () => {
    const { meter, took, ondata } = steady.follow()
    const options = { storage: stage.newPath(), flags: FROM_START, ondata }
    return { meter, took, program: stage.reader('reader', key, options) }
  })
  const printed = (): Promise<unknown> =>
    Promise.all(followers.map(({ meter }) => meter.until(steady.bytes)))
  steady.type(writer, 1)
  await printed()
  await sleep(START)
  const before = cpuOfThreads(writer)
  await steady.typeAll(writer, RATE * seconds, RATE)
  const cpu = ((cpuOfThreads(writer) - before) / (RATE * seconds)) * 1000
  await printed()
  await Promise.all(
    [writer, ...followers.map(({ program }) => program)].map((p) => p.stop(SIGKILL))
  )
  const all = followers.map(({ took }) => took.slice(1))
  return {
    cpu,
    median: median(all.flat()),
    last: median(all.flatMap((late) => late.slice((2 * late.length) / 3)))
  }
}

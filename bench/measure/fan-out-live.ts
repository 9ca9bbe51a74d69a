import { FROM_START } from '../../lab/commands.js'
import { median } from '../../lab/median.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { LINE } from '../input.js'
import { Steady } from './steady.js'

export interface Lateness {
  /** Of all lines at all readers, in ms. */
  median: number
  /** The latest line at the slowest reader. */
  most: number
  /** The median of the last third of the time. */
  last: number
  /** How often the writer sent the log, with all that goes with it. */
  copies: number
}

/** Lines of 100 bytes, so many bytes a second for so many seconds, to as many readers as the star has. */
export async function fanOutLive(
  stage: Stage,
  { readers, rate, seconds }: { readers: number; rate: number; seconds: number }
): Promise<Lateness> {
  const star = stage.star!
  const writer = stage.writer('writer', { storage: stage.newPath(), prefix: star.on(0) })
  const key = await writer.key()
  const steady = new Steady()
  const followers = Array.from({ length: readers }, (_, i) => {
    const { meter, took, ondata } = steady.follow()
    const [storage, prefix] = [stage.newPath(), star.on(i + 1)]
    const program = stage.reader('reader', key, { storage, flags: FROM_START, ondata, prefix })
    return { meter, took, program }
  })
  const printed = (): Promise<unknown> =>
    Promise.all(followers.map(({ meter }) => meter.until(steady.bytes)))
  steady.type(writer, 1)
  await printed()
  const [before] = star.traffic()
  await steady.typeAll(writer, (rate * seconds) / LINE, rate / LINE)
  await printed()
  const copies = (star.traffic()[0]!.sent - before!.sent) / (rate * seconds)
  await Promise.all(
    [writer, ...followers.map(({ program }) => program)].map((p) => p.stop(SIGKILL))
  )
  const all = followers.map(({ took }) => took.slice(1))
  return {
    median: median(all.flat()),
    most: Math.max(...all.map((late) => late.reduce((a, b) => Math.max(a, b)))),
    last: median(all.flatMap((late) => late.slice((2 * late.length) / 3))),
    copies
  }
}

import { median } from '../../lab/median.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import type { Pair } from '../pairs.js'
import { Steady } from './steady.js'

const A_SECOND = 1000 // lines
const SECONDS = 5

/**
 * Lines from a writer to a reader at a steady 1,000 a second: the median milliseconds that one takes, in the
 * second second and in the last one.
 */
export async function pace(stage: Stage, pair: Pair): Promise<{ second: number; last: number }> {
  const steady = new Steady()
  const { meter, took, ondata } = steady.follow()
  const writer = pair.writer(stage)
  const reader = pair.reader(stage, await writer.key(), ondata)
  steady.type(writer, 1)
  await meter.until(steady.bytes)
  await steady.typeAll(writer, SECONDS * A_SECOND, A_SECOND)
  await meter.until(steady.bytes)
  await Promise.all([writer.stop(SIGKILL), reader.stop(SIGKILL)])
  return {
    second: median(took.slice(A_SECOND, 2 * A_SECOND)),
    last: median(took.slice(-A_SECOND))
  }
}

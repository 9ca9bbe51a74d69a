import { median } from '../../lab/median.js'
import { Meter } from '../../lab/meter.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'
import { line, LINE } from '../input.js'
import type { Pair } from '../pairs.js'

const A_SECOND = 1000 // lines
const EVERY = 10 // ms
const SECONDS = 5

/**
 * Lines from a writer to a reader at a steady 1,000 a second: the median milliseconds that one takes, in the
 * second second and in the last one.
 */
export async function pace(stage: Stage, pair: Pair): Promise<{ second: number; last: number }> {
  const typed: number[] = []
  const took: number[] = []
  const meter = new Meter()
  const writer = pair.writer(stage)
  const reader = pair.reader(stage, await writer.key(), (chunk) => {
    const at = now()
    const lines = Math.floor((meter.bytes + chunk.byteLength) / LINE)
    while (took.length < lines) took.push(at - typed[took.length]!)
    meter.ondata(chunk)
  })
  const type = (count: number): void => {
    let text = ''
    for (let i = 0; i < count; i++) {
      text += line(typed.length)
      typed.push(now())
    }
    writer.type(text)
  }

  type(1)
  await meter.until(LINE)
  const start = now()
  const behind = (): number => Math.floor(((now() - start) / 1000) * A_SECOND) + 1 - typed.length
  while (typed.length < SECONDS * A_SECOND) {
    type(Math.max(0, behind()))
    await sleep(EVERY)
  }
  await meter.until(typed.length * LINE)
  await Promise.all([writer.stop(SIGKILL), reader.stop(SIGKILL)])
  return {
    second: median(took.slice(A_SECOND, 2 * A_SECOND)),
    last: median(took.slice(-A_SECOND))
  }
}

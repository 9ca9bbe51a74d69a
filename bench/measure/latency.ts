import { median } from '../../lab/median.js'
import { Meter } from '../../lab/meter.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'
import { line } from '../input.js'
import type { Pair } from '../pairs.js'

const LINES = 25
const EVERY = 100 // ms

/** The median milliseconds from a writer's standard input to a reader's standard output; the slowest reader's. */
export async function latency(stage: Stage, pair: Pair, readers: number): Promise<number> {
  const writer = pair.writer(stage)
  const key = await writer.key()
  const followers = Array.from({ length: readers }, () => {
    const meter = new Meter()
    const program = pair.reader(stage, key, meter.ondata)
    return { program, meter, times: [] as number[] }
  })
  for (let i = 0, size = 0; i <= LINES; i++) {
    size += pair.printed(i)
    const typed = now()
    writer.type(line(i))
    await Promise.all(
      followers.map(async ({ meter, times }) => {
        await meter.until(size)
        if (i > 0) times.push(now() - typed) // the first waited for all to connect
      })
    )
    await sleep(EVERY)
  }
  await Promise.all(
    [writer, ...followers.map(({ program }) => program)].map((p) => p.stop(SIGKILL))
  )
  return Math.max(...followers.map(({ times }) => median(times)))
}

import { Meter } from '../../lab/meter.js'
import type { Program } from '../../lab/program.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'
import type { Pair } from '../pairs.js'

/** Bytes a second, from the connection on, of a reader that finds the log there; for 3 seconds at most. */
export async function catchUp(
  stage: Stage,
  writer: Program,
  pair: Pair,
  size: number,
  longest = 3000
): Promise<number> {
  const meter = new Meter()
  const said = writer.stderr.length
  const reader = pair.reader(stage, await writer.key(), meter.ondata)
  const met = (): boolean =>
    /(peer connected|serving \d+ (peer|reader))/.test(writer.stderr.slice(said))
  await writer.until(met, 'connect')
  const from = now()
  await Promise.race([meter.until(size), sleep(longest)])
  const rate = meter.bytes / ((now() - from) / 1000)
  await reader.stop(SIGKILL)
  return rate
}

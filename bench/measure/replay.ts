import { Meter } from '../../lab/meter.js'
import type { Program } from '../../lab/program.js'
import { SIGKILL } from '../../lab/signals.js'
import { now } from '../../lab/time.js'

/**
 * Bytes a second of a reader that prints `size` bytes which are there, from when `connected` resolves; from
 * the first of them when that is left out.
 */
export async function replay(
  start: (ondata: (chunk: Uint8Array) => void) => Program | Promise<Program>,
  size: number,
  connected?: (reader: Program) => Promise<void>
): Promise<number> {
  const meter = new Meter()
  const reader = await start(meter.ondata)
  await (connected ? connected(reader) : meter.until(1))
  const { bytes } = meter
  const from = now()
  await meter.until(size)
  const rate = (size - bytes) / ((now() - from) / 1000)
  await reader.stop(SIGKILL)
  return rate
}

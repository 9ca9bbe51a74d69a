import type { Program } from '../../lab/program.js'
import { peakMemory } from '../../lab/resources.js'
import { SIGKILL } from '../../lab/signals.js'
import { now } from '../../lab/time.js'
import { COMMITTED } from '../pairs.js'

/**
 * Seconds from a writer's key, or another sign that it is ready, to its input committed, and the most memory
 * that it used, in MB.
 */
export async function ingest(
  writer: Program,
  ready: Promise<unknown> = writer.key()
): Promise<{ seconds: number; memory: number }> {
  await ready
  const start = now()
  await writer.says(COMMITTED)
  const seconds = (now() - start) / 1000
  const memory = peakMemory(writer)
  await writer.stop(SIGKILL)
  return { seconds, memory }
}

import { FROM_START } from '../../lab/commands.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { LINE } from '../input.js'
import { Steady, type Late } from './steady.js'

export interface Lateness extends Late {
  /** How often the writer sent the log, with all that goes with it. */
  copies: number
}

/** Lines of 100 bytes, so many bytes a second for so many seconds, to as many readers as the star has. */
export async function fanOutLive(
  stage: Stage,
  { readers: count, rate, seconds }: { readers: number; rate: number; seconds: number }
): Promise<Lateness> {
  const star = stage.star!
  const writer = stage.writer('writer', { storage: stage.newPath(), prefix: star.on(0) })
  const key = await writer.key()
  const steady = new Steady()
  const readers = steady.readers(count, (ondata, i) => {
    const [storage, prefix] = [stage.newPath(), star.on(i + 1)]
    return stage.reader('reader', key, { storage, flags: FROM_START, ondata, prefix })
  })
  steady.type(writer, 1)
  await readers.printed()
  const [before] = star.traffic()
  await steady.typeAll(writer, (rate * seconds) / LINE, rate / LINE)
  await readers.printed()
  const copies = (star.traffic()[0]!.sent - before!.sent) / (rate * seconds)
  const [late] = await Promise.all([readers.end(), writer.stop(SIGKILL)])
  return { ...late, copies }
}

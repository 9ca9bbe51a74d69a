import { FROM_START } from '../../lab/commands.js'
import { Meter } from '../../lab/meter.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now } from '../../lab/time.js'
import { file } from '../files.js'
import { cat, COMMITTED } from '../pairs.js'

const MEETING = /(peer connected|serving \d+ (peer|reader))/

interface FanOut {
  /** Until the slowest reader has printed all, from the first connection on. */
  seconds: number
  /** How often the writer sent the log, with all that goes with it. */
  copies: number
}

/** A log of `size` bytes to as many readers as the star has, which start together. */
export async function fanOut(stage: Stage, readers: number, size: number): Promise<FanOut> {
  const star = stage.star!
  const pipe = cat(await file(size))
  const writer = stage.writer('writer', { storage: stage.newPath(), pipe, prefix: star.on(0) })
  await writer.says(COMMITTED)
  const key = await writer.key()
  const [before] = star.traffic()
  const meters: Meter[] = []
  const programs = Array.from({ length: readers }, (_, i) => {
    const meter = new Meter()
    meters.push(meter)
    const [storage, prefix] = [stage.newPath(), star.on(i + 1)]
    return stage.reader('reader', key, { storage, flags: FROM_START, ondata: meter.ondata, prefix })
  })
  await writer.until(() => MEETING.test(writer.stderr), 'connect')
  const from = now()
  await Promise.all(meters.map((meter) => meter.until(size)))
  const seconds = (now() - from) / 1000
  const copies = (star.traffic()[0]!.sent - before!.sent) / size
  await Promise.all([writer, ...programs].map((program) => program.stop(SIGKILL)))
  return { seconds, copies }
}

import { FROM_START } from '../../lab/commands.js'
import { median } from '../../lab/median.js'
import { Meter } from '../../lab/meter.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'
import { line, LINE } from '../input.js'

const EVERY = 10 // ms

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
  const typed: number[] = []
  const followers = Array.from({ length: readers }, (_, i) => {
    const meter = new Meter()
    const late: number[] = []
    const ondata = (chunk: Uint8Array): void => {
      const lines = Math.floor((meter.bytes + chunk.byteLength) / LINE)
      while (late.length < lines) late.push(now() - typed[late.length]!)
      meter.ondata(chunk)
    }
    const [storage, prefix] = [stage.newPath(), star.on(i + 1)]
    const program = stage.reader('reader', key, { storage, flags: FROM_START, ondata, prefix })
    return { meter, late, program }
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
  await Promise.all(followers.map(({ meter }) => meter.until(LINE)))
  const [before] = star.traffic()
  const [start, total] = [now(), (rate * seconds) / LINE]
  while (typed.length < total) {
    const due = Math.floor((((now() - start) / 1000) * rate) / LINE)
    type(Math.max(0, Math.min(total, due) - typed.length))
    await sleep(EVERY)
  }
  await Promise.all(followers.map(({ meter }) => meter.until(typed.length * LINE)))
  const copies = (star.traffic()[0]!.sent - before!.sent) / (rate * seconds)
  await Promise.all(
    [writer, ...followers.map(({ program }) => program)].map((p) => p.stop(SIGKILL))
  )
  const all = followers.map(({ late }) => late.slice(1))
  return {
    median: median(all.flat()),
    most: Math.max(...all.map((late) => late.reduce((a, b) => Math.max(a, b)))),
    last: median(all.flatMap((late) => late.slice((2 * late.length) / 3))),
    copies
  }
}

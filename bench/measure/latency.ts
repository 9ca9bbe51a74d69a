import { median } from '../../lab/median.js'
import { Meter } from '../../lab/meter.js'
import type { Program } from '../../lab/program.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'
import { line, LINE } from '../input.js'
import type { Pair } from '../pairs.js'

const LINES = 25
const EVERY = 100 // ms

interface Rhythm {
  /** How many lines; after some hundred, a program is as fast as it gets. */
  count?: number
  /** Milliseconds after a line that has arrived. */
  every?: number
}

interface Printed {
  printed?: (i: number) => number
}

type Start = (ondata: (chunk: Uint8Array) => void) => Program

/** The median milliseconds from a writer's standard input to a reader's standard output; the slowest reader's. */
export async function latency(
  stage: Stage,
  pair: Pair,
  readers: number,
  rhythm: Rhythm = {}
): Promise<number> {
  const writer = pair.writer(stage)
  const key = await writer.key()
  const start: Start = (ondata) => pair.reader(stage, key, ondata)
  return lineLatency(writer, Array<Start>(readers).fill(start), {
    printed: (i) => pair.printed(i),
    ...rhythm
  })
}

/** The same of any programs; `printed` are the bytes that a reader prints of line i. */
export async function lineLatency(
  writer: Program,
  readers: Start[],
  { printed = () => LINE, count = LINES, every = EVERY }: Rhythm & Printed = {}
): Promise<number> {
  const followers = readers.map((start) => {
    const meter = new Meter()
    return { program: start(meter.ondata), meter, times: [] as number[] }
  })
  for (let i = 0, size = 0; i <= count; i++) {
    size += printed(i)
    const typed = now()
    writer.type(line(i))
    await Promise.all(
      followers.map(async ({ meter, times }) => {
        await meter.until(size)
        if (i > 0) times.push(now() - typed) // the first waited for all to connect
      })
    )
    await sleep(every)
  }
  await Promise.all(
    [writer, ...followers.map(({ program }) => program)].map((p) => p.stop(SIGKILL))
  )
  return Math.max(...followers.map(({ times }) => median(times)))
}

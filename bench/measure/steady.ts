import { median } from '../../lab/median.js'
import { Meter } from '../../lab/meter.js'
import type { Program } from '../../lab/program.js'
import { SIGKILL } from '../../lab/signals.js'
import { now, sleep } from '../../lab/time.js'
import { line, LINE } from '../input.js'

const EVERY = 10 // ms

type Ondata = (chunk: Uint8Array) => void

/** How late lines were, in ms. */
export interface Late {
  /** Of all lines at all readers. */
  median: number
  /** The latest line at the slowest reader. */
  most: number
  /** The median of the last third of the time. */
  last: number
}

/** Readers of the lines. */
export interface Readers {
  /** Resolves when all have printed all that is typed. */
  printed(): Promise<unknown>
  /** Ends them; of all lines but the first, which waited for all to connect. */
  end(): Promise<Late>
}

/** Lines that are typed at a steady pace, and how long each takes to those who print them. */
export class Steady {
  readonly #typed: number[] = []

  get bytes(): number {
    return this.#typed.length * LINE
  }

  /** Of one who prints: how many milliseconds each line took. */
  follow(): { meter: Meter; took: number[]; ondata: Ondata } {
    const meter = new Meter()
    const took: number[] = []
    const ondata: Ondata = (chunk) => {
      const at = now()
      const lines = Math.floor((meter.bytes + chunk.byteLength) / LINE)
      while (took.length < lines) took.push(at - this.#typed[took.length]!)
      meter.ondata(chunk)
    }
    return { meter, took, ondata }
  }

  /** So many readers; `start` starts one. */
  readers(count: number, start: (ondata: Ondata, i: number) => Program): Readers {
    const readers = Array.from({ length: count }, (_, i) => {
      const { meter, took, ondata } = this.follow()
      return { meter, took, program: start(ondata, i) }
    })
    return {
      printed: () => Promise.all(readers.map(({ meter }) => meter.until(this.bytes))),
      end: async () => {
        await Promise.all(readers.map(({ program }) => program.stop(SIGKILL)))
        const all = readers.map(({ took }) => took.slice(1))
        return {
          median: median(all.flat()),
          most: Math.max(...all.map((late) => late.reduce((a, b) => Math.max(a, b)))),
          last: median(all.flatMap((late) => late.slice((2 * late.length) / 3)))
        }
      }
    }
  }

  type(writer: Program, count: number): void {
    let text = ''
    for (let i = 0; i < count; i++) {
      text += line(this.#typed.length)
      this.#typed.push(now())
    }
    writer.type(text)
  }

  /** Until `total` lines are typed, with those before. */
  async typeAll(writer: Program, total: number, aSecond: number): Promise<void> {
    const [start, before] = [now(), this.#typed.length]
    while (this.#typed.length < total) {
      const due = Math.floor(((now() - start) / 1000) * aSecond) + before
      this.type(writer, Math.max(0, Math.min(total, due) - this.#typed.length))
      await sleep(EVERY)
    }
  }
}

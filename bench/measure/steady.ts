import { Meter } from '../../lab/meter.js'
import type { Program } from '../../lab/program.js'
import { now, sleep } from '../../lab/time.js'
import { line, LINE } from '../input.js'

const EVERY = 10 // ms

/** Lines that are typed at a steady pace, and how long each takes to those who print them. */
export class Steady {
  readonly #typed: number[] = []

  get bytes(): number {
    return this.#typed.length * LINE
  }

  /** Of one who prints: how many milliseconds each line took. */
  follow(): { meter: Meter; took: number[]; ondata: (chunk: Uint8Array) => void } {
    const meter = new Meter()
    const took: number[] = []
    const ondata = (chunk: Uint8Array): void => {
      const at = now()
      const lines = Math.floor((meter.bytes + chunk.byteLength) / LINE)
      while (took.length < lines) took.push(at - this.#typed[took.length]!)
      meter.ondata(chunk)
    }
    return { meter, took, ondata }
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

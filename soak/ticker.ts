import type { Timeout } from 'bare-timers'
import { Lines } from '../lab/lines.js'
import { median } from '../lab/median.js'
import type { Program } from '../lab/program.js'
import { now } from '../lab/time.js'

/** Types numbered lines into a writer, one every `every` milliseconds, and sees when a reader has them. */
export class Ticker {
  /** What a reader prints. */
  readonly lines: Lines
  readonly #every: number
  readonly #typed: number[] = []
  #delays: number[] = []
  #next = 0
  #timer: Timeout | null = null

  constructor(every: number) {
    this.#every = every
    this.lines = new Lines((line) => {
      if (Number(line) !== this.#next) {
        throw new Error(`after line ${this.#next - 1} came ${JSON.stringify(line)}`)
      }
      this.#delays.push(now() - this.#typed[this.#next++]!)
    })
  }

  /** Resolves when the first line has arrived. */
  async start(writer: Program): Promise<void> {
    this.#timer = setInterval(() => {
      writer.type(`${this.#typed.length}\n`)
      this.#typed.push(now())
    }, this.#every)
    await this.lines.until(() => this.#next > 0)
    this.#delays = []
  }

  stop(): void {
    clearInterval(this.#timer!)
  }

  /** Resolves when all lines typed so far have arrived, to the seconds that this took. */
  async caughtUp(): Promise<string> {
    const from = now()
    const { length } = this.#typed
    await this.lines.until(() => this.#next >= length)
    return ((now() - from) / 1000).toFixed(1)
  }

  /** How long each line took since the last call: `42 lines, each after 3 ms (median), 106 ms (worst)`. */
  delays(): string {
    const delays = this.#delays
    this.#delays = []
    const [middle, worst] = [median(delays), Math.max(...delays)].map(Math.round)
    return `${delays.length} lines, each after ${middle} ms (median), ${worst} ms (worst)`
  }
}

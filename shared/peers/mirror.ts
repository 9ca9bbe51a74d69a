import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { Timeout } from '../log/errors.js'

const COUNT = 250 // ms
const WINDOW_BYTES = 16 * 1024 * 1024 // asked of a peer at a time, as far as can be told, of
const [FEWEST, MOST] = [16, 512] // blocks

/** Keeps all of a log, from the first block on: downloads what peers have, and what comes. Nothing is decrypted. */
export class Mirror {
  /** How many blocks are here. */
  held = 0
  /** How many were here when it started. */
  #before: number | null = null
  #inflight = 0
  readonly #core: Hypercore
  readonly #waiting = new Set<() => void>()

  constructor(core: Hypercore) {
    this.#core = core
  }

  start(): void {
    const core = this.#core
    const download = core.download({ start: 0, end: -1, linear: true })
    const count = (): void => void this.#count().catch(safetyCatch)
    const timer = setInterval(count, COUNT)
    core.once('close', () => {
      clearInterval(timer)
      download.destroy()
    })
    count()
  }

  /** For the live line. */
  get progress(): { block: number; bytes: number; from: number; to: number } {
    const { length, byteLength } = this.#core
    const bytes = length > 0 ? Math.round((this.held / length) * byteLength) : 0
    return { block: this.held, bytes, from: this.#before ?? 0, to: length }
  }

  /**
   * Resolves when all of the first `length` blocks are here; a Timeout when none of the missing ones comes within
   * `patience` milliseconds.
   */
  async holds(length: number, patience = Infinity): Promise<void> {
    let missing = length - (await this.#core.count(0, length))
    let since = Date.now()
    while (missing > 0) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
      const left = length - (await this.#core.count(0, length))
      if (left !== missing) since = Date.now()
      missing = left
      if (missing > 0 && Math.abs(Date.now() - since) > patience) {
        const what = `${missing} of ${length} blocks did not come`
        throw new Timeout(`${what}: for ${patience / 1000} s, nobody had any of them`)
      }
    }
  }

  async #count(): Promise<void> {
    const core = this.#core
    if (core.closing) return
    this.held = await core.count(0, core.length)
    this.#before ??= this.held
    this.#limit()
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  // Of large blocks, as many as a long link needs would take a peer's memory, and ours.
  #limit(): void {
    const { length, byteLength, replicator } = this.#core
    const size = byteLength / length || 1
    const inflight = Math.round(Math.min(MOST, Math.max(FEWEST, WINDOW_BYTES / size)))
    if (inflight === this.#inflight) return
    this.#inflight = inflight
    replicator.setInflightRange(inflight, 2 * inflight)
  }
}

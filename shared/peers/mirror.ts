import safetyCatch from 'safety-catch'
import { Timeout } from '../log/errors.js'
import { nextMissing } from '../log/kept.js'
import { waitAtMost } from '../log/timeout.js'
import { now } from '../log/clock.js'
import { Following } from './following.js'
import { NewestPart } from './newest-part.js'
import type { ReplicatedCore } from './replicated-core.js'

// ms
const COUNT = 250
const TRY_TIMEOUT = 10_000
const WINDOW_BYTES = 16 * 1024 * 1024 // asked of a peer at a time, as far as can be told, of
const [FEWEST, MOST] = [16, 512] // blocks

/**
 * Keeps all of a log, or the newest part of it: downloads what peers have, and what comes. Nothing is
 * decrypted.
 */
export class Mirror {
  /** How many blocks are here. */
  held = 0
  /** How many are not, of those that it is to keep and that somebody keeps. */
  #missing = 0
  /** How many were here when it started. */
  #before: number | null = null
  #from = 0 // which block is the first that is not given up
  #hasAsked = false
  #inflight = 0
  readonly #log: ReplicatedCore
  readonly #newest: NewestPart | null
  readonly #following: Following
  readonly #waiting = new Set<() => void>()

  constructor(log: ReplicatedCore) {
    this.#log = log
    this.#newest = log.keeper && new NewestPart(log.core, log.keeper.size)
    this.#following = new Following(log.core)
  }

  /** Needs `join`. */
  start(): void {
    const { core } = this.#log
    let counting: Promise<void> | null = null
    const count = (): void => {
      counting ??= this.#count()
        .catch(safetyCatch)
        .finally(() => (counting = null))
    }
    const timer = setInterval(count, COUNT)
    core.once('close', () => {
      clearInterval(timer)
      this.#following.destroy()
    })
    void waitAtMost(TRY_TIMEOUT, this.#log.triedAll()).then(() => (this.#hasAsked = true))
    count()
  }

  /** For the live line. */
  get progress(): { block: number; bytes: number; from: number; to: number } {
    const { length, byteLength } = this.#log.core
    const bytes = length > 0 ? Math.round((this.held / length) * byteLength) : 0
    return { block: this.held, bytes, from: this.#before ?? 0, to: this.held + this.#missing }
  }

  /**
   * Resolves when those of the first `length` blocks are here that it is to keep and that somebody keeps; a
   * Timeout when none of the missing ones comes within `patience` milliseconds.
   */
  async holds(length: number, patience = Infinity): Promise<void> {
    let [last, since] = [NaN, now()]
    while (true) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
      const missing = await this.#missingBefore(length)
      if (missing === 0) return
      if (missing !== last) since = now()
      last = missing
      if (now() - since > patience) {
        const what = `${missing} of ${length} blocks did not come`
        throw new Timeout(`${what}: for ${patience / 1000} s, nobody had any of them`)
      }
    }
  }

  async #count(): Promise<void> {
    const { core } = this.#log
    if (core.closing) return
    await this.#follow()
    this.held = await core.count(0, core.length)
    this.#missing = await this.#missingBefore(core.length)
    this.#before ??= this.held
    this.#limit()
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  async #missingBefore(length: number): Promise<number> {
    const from = Math.min(this.#from, length)
    return length - from - (await this.#log.core.count(from, length))
  }

  // From where on it downloads, and what may go.
  async #follow(): Promise<void> {
    const { core, keeper, oldest } = this.#log
    const first = await this.#newest?.find(this.#from)
    if (first === null) return
    this.#from = first ?? this.#from
    const here = nextMissing(core, this.#from)
    const next = this.#hasAsked && here < core.length ? oldest.afterGap(here) : null
    if (next !== null) this.#from = next
    // With a keeper, no more than it can be behind by.
    this.#following.goOn(keeper ? this.#from : 0, keeper ? this.#window : Infinity)
    keeper?.release(nextMissing(core, this.#from))
  }

  // How many blocks WINDOW_BYTES are.
  get #window(): number {
    const { length, byteLength } = this.#log.core
    return Math.ceil(WINDOW_BYTES / (byteLength / length || 1))
  }

  // Of large blocks, as many as a long link needs would take a peer's memory, and ours.
  #limit(): void {
    const { replicator } = this.#log.core
    const inflight = Math.min(MOST, Math.max(FEWEST, this.#window))
    if (inflight === this.#inflight) return
    this.#inflight = inflight
    replicator.setInflightRange(inflight, 2 * inflight)
  }
}

import type Hypercore from 'hypercore'
import { nextMissing } from '../log/kept.js'

/**
 * Downloads, in order, what peers have of a core, and what comes. A range without an end would do the same, but
 * asks for the newest block together with a new length. Hypercore 11.39.5 with `allowPush` answers that wrongly on
 * a new connection to a copy that is behind, and the copy never asks again.
 */
export class Following {
  readonly #core: Hypercore
  #start = 0
  #limit = 0
  #end = 0 // of what is asked for
  #download: Hypercore.Download | null = null

  constructor(core: Hypercore) {
    this.#core = core
    core.on('append', this.#extend)
  }

  /** Asks for what is missing from block `start` on: for `window` blocks at most, until it is called again. */
  goOn(start: number, window: number): void {
    this.#start = nextMissing(this.#core, start)
    this.#limit = this.#start + window
    this.#extend()
  }

  destroy(): void {
    this.#core.off('append', this.#extend)
    this.#download?.destroy()
  }

  readonly #extend = (): void => {
    const end = Math.min(this.#core.length, this.#limit)
    if (end === this.#end || this.#start >= end) return
    this.#end = end
    const before = this.#download
    this.#download = this.#core.download({ start: this.#start, end, linear: true })
    before?.destroy()
  }
}

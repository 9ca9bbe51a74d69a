import type Hypercore from 'hypercore'
import { Readable } from 'streamx'

type Callback = (err: Error | null) => void

/** The blocks of a core from `start` on, in order, without end: those to come follow as they arrive. */
export class BlockReader extends Readable {
  readonly #session: Hypercore
  readonly #ahead: Hypercore.Download
  #index: number

  constructor(core: Hypercore, { start }: { start: number }) {
    super()
    this.#session = core.session()
    this.#ahead = this.#session.download({ start, end: -1, linear: true })
    this.#index = start
  }

  override _read(cb: Callback): void {
    this.#session.get(this.#index).then((block) => {
      this.#index++
      this.push(block)
      cb(null)
    }, cb)
  }

  // Before `_destroy`, which streamx holds back until the read in flight is done: that one may wait
  // for a block that never comes, and only closing its session ends it.
  override _predestroy(): void {
    this.#ahead.destroy()
    this.#session.close().catch(() => {})
  }
}

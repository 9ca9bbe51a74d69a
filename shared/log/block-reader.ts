import type Hypercore from 'hypercore'
import { Readable } from 'streamx'
import { bufferedSize } from './block-size.js'
import { withTimeout } from './timeout.js'

const HIGH_WATER_MARK = 1024 * 1024
const WINDOW = 2048 // blocks asked for before they are read, of
const WINDOW_BYTES = 16 * 1024 * 1024 // together, as far as can be told
const AHEAD = 4 * 1024 * 1024 // bytes read before they are wanted, as far as can be told
const AHEAD_BLOCKS = 64

type Callback = (err: Error | null) => void

interface Options {
  /** The index of the first block. */
  start: number
  /** How many bytes of the first block are left out. */
  offset?: number
  /** How many milliseconds to wait for a block that is there before it fails; for ever when left out. */
  patience?: number
}

/**
 * The blocks of a core from `start` on, in order: those to come follow as they arrive, until `endAt`.
 * Those that peers have are downloaded some way ahead of the one that is read, so that a long link is
 * full, and a consumer that reads no more stops the download, too.
 */
export class BlockReader extends Readable {
  /** The index after the last block, as far as it is known. */
  end = Infinity
  readonly #session: Hypercore
  readonly #ahead: Promise<Uint8Array>[] = []
  #download: Hypercore.Download | null = null
  #downloadEnd = 0
  #offset: number
  #index: number // of the block that is read next
  #next: number // of the block that is asked for next
  readonly #patience: number
  #size = 0 // of a block, a running mean
  #onappend: (() => void) | null = null

  constructor(core: Hypercore, { start, offset = 0, patience = Infinity }: Options) {
    super({ highWaterMark: HIGH_WATER_MARK, byteLength: bufferedSize })
    this.#session = core.session()
    this.#session.on('append', () => this.#onappend?.())
    this.#session.on('close', () => this.destroy())
    this.#index = start
    this.#next = start
    this.#offset = offset
    this.#patience = patience
  }

  /** Ends it before block `index`, if it has not come further; of several ends, the first one counts. */
  endAt(index: number): void {
    this.end = Math.min(this.end, index)
    this.#onappend?.()
  }

  override [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return super[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  }

  override _open(cb: Callback): void {
    this.#session.ready().then(() => cb(null), cb)
  }

  override _read(cb: Callback): void {
    this.#read(cb)
  }

  // Before `_destroy`, which streamx holds back until the read in flight is done: that one may wait
  // for a block that never comes.
  override _predestroy(): void {
    this.#download?.destroy()
    this.#session.close().catch(() => {})
    this.#onappend?.()
  }

  #read(cb: Callback): void {
    if (this.#index >= this.end) {
      this.push(null)
      return cb(null)
    }

    this.#readAhead()
    const first = this.#ahead.shift()
    if (first) {
      withTimeout(this.#patience, first, `block ${this.#index} did not come`).then((block) => {
        this.#size += (block.byteLength - this.#size) / 16
        this.#index++
        this.push(this.#offset > 0 ? block.subarray(this.#offset) : block)
        this.#offset = 0
        cb(null)
      }, cb)
      return
    }

    // All is read. A block that is not there yet is not asked for: a writer that pushes would send it
    // twice. The news of it comes with the block itself, or else it is asked for then.
    this.#onappend = () => {
      this.#onappend = null
      this.#read(cb)
    }
    if (this.#session.closing) cb(null)
  }

  #readAhead(): void {
    const length = Math.min(this.#session.length, this.end)
    if (length === 0) return
    this.#size ||= this.#session.byteLength / this.#session.length
    const most = Math.min(AHEAD_BLOCKS, Math.max(1, AHEAD / this.#size))
    while (this.#next < length && this.#ahead.length < most) {
      const block = this.#session.get(this.#next++)
      block.catch(() => {}) // told when its turn comes
      this.#ahead.push(block)
    }

    const window = Math.min(WINDOW, Math.max(2, Math.floor(WINDOW_BYTES / this.#size)))
    const end = Math.min(length, this.#next + window)
    if (end <= Math.max(this.#next, this.#downloadEnd)) return
    if (this.#downloadEnd - this.#next > window / 2) return
    const previous = this.#download
    this.#download = this.#session.download({ start: this.#next, end, linear: true })
    this.#downloadEnd = end
    previous?.destroy()
  }
}

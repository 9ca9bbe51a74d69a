import type Hypercore from 'hypercore'
import { Readable } from 'streamx'
import { bufferedSize } from './block-size.js'
import { BadBlock, contentOf } from './content.js'
import { requireReadable } from './encryption.js'
import { LineLimit } from './line-limit.js'
import { ReadAhead } from './read-ahead.js'
import type { Place } from './tail.js'
import { withTimeout } from './timeout.js'

const HIGH_WATER_MARK = 1024 * 1024

type Callback = (err: Error | null) => void

interface Options {
  /** The index of the first block. */
  start: number
  /** How many bytes of the first block are left out. */
  offset?: number
  /** After how many lines it ends, inside a block perhaps. */
  lines?: number
  /** Give the blocks as they are stored, each as a whole. */
  asStored?: boolean
  /** How many milliseconds to wait for a block that is there before it fails; for ever when left out. */
  patience?: number
}

/**
 * The blocks of a core from `start` on, in order: those to come follow as they arrive, until `endAt`.
 * Those that peers have are downloaded some way ahead of the one that is read, so that a long link is
 * full, and a consumer that reads no more stops the download, too. A block that holds no part of the log ends
 * it, so that those before it arrive: see `failure`; an iteration throws it.
 */
export class BlockReader extends Readable {
  /** The index after the last block, as far as it is known. */
  end = Infinity
  /** Why it has ended before a block that holds no part of the log. */
  failure: BadBlock | null = null
  readonly #session: Hypercore
  readonly #ahead: ReadAhead
  readonly #start: Place
  #offset: number
  readonly #limit: LineLimit
  #index: number // of the block that is read next
  readonly #patience: number
  readonly #asStored: boolean
  #onappend: (() => void) | null = null

  constructor(core: Hypercore, options: Options) {
    const { start, offset = 0, lines = Infinity, patience = Infinity } = options
    const { asStored = false } = options
    super({ highWaterMark: HIGH_WATER_MARK, byteLength: bufferedSize })
    this.#session = core.session()
    this.#session.on('append', () => this.#onappend?.())
    this.#session.on('close', () => this.destroy())
    this.#index = start
    this.#ahead = new ReadAhead(this.#session, start)
    this.#asStored = asStored
    this.#start = { start, offset: asStored ? 0 : offset }
    this.#offset = this.#start.offset
    this.#limit = new LineLimit(lines)
    if (lines === 0) this.end = start
    this.#patience = patience
  }

  /** It has come to the end of as many lines as it was to give. */
  get hasAllLines(): boolean {
    return this.#limit.left === 0
  }

  /** Where to go on after what it gave of the blocks before `index`. */
  placeBefore(index: number): Place {
    if (index === this.#start.start) return this.#start
    const { cut } = this.#limit
    return cut?.start === index - 1 ? cut : { start: index, offset: 0 }
  }

  /** Ends it before block `index`, if it has not come further; of several ends, the first one counts. */
  endAt(index: number): void {
    this.end = Math.min(this.end, index)
    this.#onappend?.()
  }

  override async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const blocks = super[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    yield* { [Symbol.asyncIterator]: () => blocks }
    if (this.failure) throw this.failure
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
    this.#ahead.destroy()
    this.#session.close().catch(() => {})
    this.#onappend?.()
  }

  #read(cb: Callback): void {
    if (this.#index >= this.end) {
      this.push(null)
      return cb(null)
    }

    const first = this.#ahead.take(this.end)
    if (first) {
      const content = first
        .finally(() => requireReadable(this.#session))
        .then((block) => this.#contentOf(block))
      withTimeout(this.#patience, content, `block ${this.#index} did not come`).then(
        (block) => {
          const end = this.#limit.endIn(block, this.#index, this.#offset)
          const piece = block.subarray(this.#offset, end)
          this.#index++
          if (this.hasAllLines) this.end = this.#index
          this.#offset = 0
          this.push(piece)
          cb(null)
        },
        (err: unknown) => {
          if (!(err instanceof BadBlock)) return cb(err as Error)
          this.failure = err
          this.push(null)
          cb(null)
        }
      )
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

  #contentOf(block: Uint8Array): Uint8Array {
    this.#ahead.measure(block.byteLength)
    return this.#asStored ? block : contentOf(this.#session, this.#index, block)
  }
}

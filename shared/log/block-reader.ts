import type Hypercore from 'hypercore'
import { Readable } from 'streamx'
import { bufferedSize } from './block-size.js'
import { BadBlock } from './content.js'
import type { Gap } from './gap.js'
import { ReadAhead } from './read-ahead.js'
import { Span } from './span.js'
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
  /** What it left out since nobody has it, in order. */
  readonly gaps: Gap[] = []
  readonly #ahead: ReadAhead
  readonly #span: Span
  #index: number // of the block that is read next
  readonly #patience: number
  #onappend: (() => void) | null = null

  constructor(core: Hypercore, options: Options) {
    const { start, offset = 0, lines = Infinity, asStored = false } = options
    super({ highWaterMark: HIGH_WATER_MARK, byteLength: bufferedSize })
    this.#session = core.session()
    this.#session.on('append', () => this.#onappend?.())
    this.#session.on('close', () => this.destroy())
    this.#index = start
    this.#ahead = new ReadAhead(this.#session, start, { asStored })
    this.#span = new Span({ start, offset: asStored ? 0 : offset }, lines)
    if (lines === 0) this.end = start
    this.#patience = options.patience ?? Infinity
  }

  /** It has come to the end of as many lines as it was to give. */
  get hasAllLines(): boolean {
    return this.#span.isFull
  }

  /** Where to go on after what it gave of the blocks before `index`. */
  placeBefore(index: number): Place {
    return this.#span.placeBefore(index)
  }

  /** The index of the block that it waits for, though it is in the log, or null. */
  get waitsFor(): number | null {
    return this.#ahead.waitsFor
  }

  /** Leaves out the blocks before `index` that it waits for, which it returns. */
  skipTo(index: number): Gap | null {
    const gap = { from: this.#index, to: Math.min(index, this.end) - 1 }
    if (this.waitsFor === null || gap.to < gap.from) return null
    this.gaps.push(gap)
    this.#index = gap.to + 1
    this.#ahead.skipTo(this.#index)
    return gap
  }

  /** Ends it before block `index`, if it has not come further; of several ends, the first counts. */
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

  // Before `_destroy`, which streamx holds back until the read in flight is done: that one may wait
  // for a block that never comes.
  override _predestroy(): void {
    this.#ahead.destroy()
    this.#session.close().catch(() => {})
    this.#onappend?.()
  }

  override _read(cb: Callback): void {
    this.#read(cb)
  }

  #read(cb: Callback): void {
    if (this.#index >= this.end) {
      this.push(null)
      return cb(null)
    }

    const next = this.#ahead.take(this.end)
    if (next) {
      withTimeout(this.#patience, next, `block ${this.#index} did not come`).then(
        (block) => (block ? this.#give(block, cb) : this.#read(cb)),
        (err: unknown) => {
          if (!(err instanceof BadBlock)) return cb(err as Error)
          this.failure = err
          this.push(null)
          cb(null)
        }
      )
      return
    }

    // All is read. A block that is not there yet is not asked for, since a writer that pushes would send
    // it twice: the news of it comes with the block, or else it is asked for then.
    this.#onappend = () => {
      this.#onappend = null
      this.#read(cb)
    }
    if (this.#session.closing) cb(null)
  }

  #give(block: Uint8Array, cb: Callback): void {
    this.push(this.#span.take(block, this.#index++))
    if (this.hasAllLines) this.end = this.#index
    cb(null)
  }
}

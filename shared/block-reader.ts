import type Hypercore from 'hypercore'
import { Readable } from 'streamx'

const HIGH_WATER_MARK = 1024 * 1024
const WINDOW = 2048 // blocks asked for before they are read
const AHEAD = 4 * 1024 * 1024 // bytes read before they are wanted, as far as can be told
const AHEAD_BLOCKS = 64

type Callback = (err: Error | null) => void

/**
 * The blocks of a core from `start` on, in order, without end: those to come follow as they arrive.
 * Those that peers have are downloaded up to WINDOW blocks ahead of the one that is read, so that a long
 * link is full, and a consumer that reads no more stops the download, too.
 */
export class BlockReader extends Readable {
  readonly #session: Hypercore
  readonly #ahead: Promise<Uint8Array>[] = []
  #download: Hypercore.Download | null = null
  #downloadEnd = 0
  #next: number
  #size = AHEAD / AHEAD_BLOCKS // of a block, a running mean
  #onappend: (() => void) | null = null

  constructor(core: Hypercore, { start }: { start: number }) {
    super({ highWaterMark: HIGH_WATER_MARK })
    this.#session = core.session()
    this.#session.on('append', () => this.#onappend?.())
    this.#session.on('close', () => this.destroy())
    this.#next = start
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
    this.#readAhead()
    const first = this.#ahead.shift()
    if (first) {
      first.then((block) => {
        this.#size += (block.byteLength - this.#size) / 16
        this.push(block)
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
    const { length } = this.#session
    const most = Math.min(AHEAD_BLOCKS, Math.max(1, AHEAD / this.#size))
    while (this.#next < length && this.#ahead.length < most) {
      const block = this.#session.get(this.#next++)
      block.catch(() => {}) // told when its turn comes
      this.#ahead.push(block)
    }

    const end = Math.min(length, this.#next + WINDOW)
    if (end <= Math.max(this.#next, this.#downloadEnd)) return
    if (this.#downloadEnd - this.#next > WINDOW / 2) return
    const previous = this.#download
    this.#download = this.#session.download({ start: this.#next, end, linear: true })
    this.#downloadEnd = end
    previous?.destroy()
  }
}

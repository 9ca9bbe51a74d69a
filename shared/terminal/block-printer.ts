import b4a from 'b4a'
import { Writable } from 'streamx'
import { bufferedSize } from '../log/block-size.js'
import type { Gap } from '../log/gap.js'
import type { Sum } from '../log/sum.js'
import type { Format } from './format.js'
import { outputFailure, type Output } from './output.js'
import type { Progress } from './measures.js'
import { waitAtMost } from '../log/timeout.js'

const HIGH_WATER_MARK = 1024 * 1024
const WRITE = 256 * 1024
const STUCK = 500 // ms; a pager, say, that nobody scrolls

type Callback = (err: Error | null) => void

interface Options {
  /** The index of the first block. */
  start: number
  format: Format
  /**
   * Called before the first write, and after each, with the index after the last block that `output` has
   * taken; printing goes on after it.
   */
  onprinted: (end: number) => Promise<void>
  /** The most bytes of a write of several blocks; 256 KiB when left out. */
  atOnce?: number
  /** Blocks that were left out, in order; more come in. */
  gaps?: readonly Gap[]
  /** What is printed in their place, if anything is. */
  formatGap?: ((gap: Gap) => Uint8Array) | null
  /** Counts in what is printed of the log. */
  sum?: Sum | null
}

/** Prints the blocks written to it, those that arrive together in one write. */
export class BlockPrinter extends Writable {
  readonly #output: Output
  readonly #options: Options
  #index: number
  #printed: number
  #bytes = 0
  #gaps = 0 // that were passed

  constructor(output: Output, options: Options) {
    super({ highWaterMark: HIGH_WATER_MARK, byteLength: bufferedSize })
    this.#output = output
    this.#options = options
    this.#index = options.start
    this.#printed = options.start
  }

  /** How far `output` has come on the way to block `to`. */
  progress(to: number): Progress {
    return { block: this.#printed, bytes: this.#bytes, from: this.#options.start, to }
  }

  override _writev(blocks: Uint8Array[], cb: Callback): void {
    this.#print(blocks).then(() => cb(null), cb)
  }

  override _final(cb: Callback): void {
    this.#passGaps().then(() => cb(null), cb)
  }

  async #passGaps(): Promise<void> {
    while (this.#isAtGap) {
      const gap = this.#options.gaps![this.#gaps++]!
      const shown = this.#options.formatGap?.(gap)
      if (shown) await this.#write(shown as Buffer)
      this.#index = gap.to + 1
      this.#printed = this.#index
      await this.#options.onprinted(this.#index)
    }
  }

  get #isAtGap(): boolean {
    return this.#options.gaps?.[this.#gaps]?.from === this.#index
  }

  // One that is cut off repeats no more than one write.
  async #print(blocks: Uint8Array[]): Promise<void> {
    const { atOnce = WRITE } = this.#options
    // One that is killed after its first write must not be taken for one that never began.
    if (this.#index === this.#options.start) await this.#options.onprinted(this.#index)
    let parts: Uint8Array[] = []
    let size = 0
    for (const [i, block] of blocks.entries()) {
      if (size === 0) await this.#passGaps()
      parts.push(...this.#options.format(block, this.#index++))
      size += block.byteLength
      this.#options.sum?.add(block)
      const next = blocks[i + 1]
      if (next && size + next.byteLength <= atOnce && !this.#isAtGap) continue
      await this.#write(b4a.concat(parts) as Buffer)
      this.#printed = this.#index
      this.#bytes += size
      await this.#options.onprinted(this.#index)
      if (this.destroying) return
      parts = []
      size = 0
    }
  }

  #write(data: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#output.write(data, (err) => (err ? reject(outputFailure(err)) : resolve()))
    })
  }

  /** Prints no more; resolves when the write in flight is done, or cannot get on. */
  stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.once('close', resolve))
    this.destroy()
    return waitAtMost(STUCK, closed)
  }
}

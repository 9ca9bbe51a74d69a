import type Hypercore from 'hypercore'
import { contentOf } from './content.js'
import { requireReadable } from './encryption.js'

const WINDOW = 2048 // blocks asked for before they are read, of
const WINDOW_BYTES = 32 * 1024 * 1024 // together, as far as can be told
const AHEAD = 4 * 1024 * 1024 // bytes read before they are wanted, as far as can be told
const AHEAD_BLOCKS = 64

/**
 * Reads the blocks of a core some way ahead of the one that is wanted, and downloads those after them that
 * peers have, so that a long link is full.
 */
export class ReadAhead {
  readonly #core: Hypercore
  #blocks: Promise<Uint8Array>[] = []
  readonly #asStored: boolean
  #taken: number // index of the block that is taken next
  #next: number // of the block that is asked for next
  #size = 0 // of a block, a running mean
  #download: Hypercore.Download | null = null
  #downloadEnd = 0
  #onskip: (() => void) | null = null
  #isReadable = false

  /** `asStored`: takes the blocks as they are stored, not what they hold. */
  constructor(core: Hypercore, start: number, { asStored }: { asStored: boolean }) {
    this.#core = core
    this.#asStored = asStored
    this.#taken = start
    this.#next = start
  }

  /**
   * What the next block that is there holds, or null when it is skipped; undefined when all before `end` are
   * taken.
   */
  take(end: number): Promise<Uint8Array | null> | undefined {
    this.#fill(Math.min(this.#core.length, end))
    const block = this.#blocks.shift()
    if (!block) return undefined
    const index = this.#taken++
    const readable = block.finally(() => this.#requireReadable())
    const content = readable.then((stored) => {
      this.#size += (stored.byteLength - this.#size) / 16
      return this.#asStored ? stored : contentOf(this.#core, index, stored)
    })
    const skipped = new Promise<null>((resolve) => {
      this.#onskip = () => resolve(null)
    })
    return Promise.race([content, skipped]).finally(() => {
      this.#onskip = null
    })
  }

  /** The index of the block that was taken and has not come, or null. */
  get waitsFor(): number | null {
    return this.#onskip ? this.#taken - 1 : null
  }

  /** Goes on at block `index`, instead of the one that has not come. */
  skipTo(index: number): void {
    this.destroy()
    this.#blocks = []
    this.#taken = index
    this.#next = index
    this.#downloadEnd = 0
    this.#onskip?.()
  }

  destroy(): void {
    this.#download?.destroy()
  }

  // Until it is known: neither the log's kind nor the secret changes then.
  #requireReadable(): void {
    if (this.#isReadable) return
    requireReadable(this.#core)
    this.#isReadable = this.#core.manifest !== null
  }

  #fill(length: number): void {
    if (length === 0) return
    this.#size ||= this.#core.byteLength / this.#core.length
    this.#ask(length)
    const most = Math.min(AHEAD_BLOCKS, Math.max(1, AHEAD / this.#size))
    while (this.#next < length && this.#blocks.length < most) {
      const block = this.#core.get(this.#next++)
      block.catch(() => {}) // told when its turn comes
      this.#blocks.push(block)
    }
  }

  // From the block that is taken next on, so that those that are read are of it, too: they may come in any
  // order. One block alone needs no download.
  #ask(length: number): void {
    const window = Math.min(WINDOW, Math.max(2, Math.floor(WINDOW_BYTES / this.#size)))
    const end = Math.min(length, this.#next + window)
    if (end <= Math.max(this.#next + 1, this.#downloadEnd)) return
    if (this.#downloadEnd - this.#next > window / 2) return
    const previous = this.#download
    this.#download = this.#core.download({ start: this.#taken, end, linear: true })
    this.#downloadEnd = end
    previous?.destroy()
  }
}

import type Hypercore from 'hypercore'

const WINDOW = 2048 // blocks asked for before they are read, of
const WINDOW_BYTES = 16 * 1024 * 1024 // together, as far as can be told
const AHEAD = 4 * 1024 * 1024 // bytes read before they are wanted, as far as can be told
const AHEAD_BLOCKS = 64

/**
 * Reads the blocks of a core some way ahead of the one that is wanted, and downloads those after them that
 * peers have, so that a long link is full.
 */
export class ReadAhead {
  readonly #core: Hypercore
  readonly #blocks: Promise<Uint8Array>[] = []
  #next: number // of the block that is asked for next
  #size = 0 // of a block, a running mean
  #download: Hypercore.Download | null = null
  #downloadEnd = 0

  constructor(core: Hypercore, start: number) {
    this.#core = core
    this.#next = start
  }

  /** The next block that is there; undefined when all before `end` are taken. */
  take(end: number): Promise<Uint8Array> | undefined {
    this.#fill(Math.min(this.#core.length, end))
    return this.#blocks.shift()
  }

  /** Learns how large blocks are. */
  measure(size: number): void {
    this.#size += (size - this.#size) / 16
  }

  destroy(): void {
    this.#download?.destroy()
  }

  #fill(length: number): void {
    if (length === 0) return
    this.#size ||= this.#core.byteLength / this.#core.length
    const most = Math.min(AHEAD_BLOCKS, Math.max(1, AHEAD / this.#size))
    while (this.#next < length && this.#blocks.length < most) {
      const block = this.#core.get(this.#next++)
      block.catch(() => {}) // told when its turn comes
      this.#blocks.push(block)
    }

    const window = Math.min(WINDOW, Math.max(2, Math.floor(WINDOW_BYTES / this.#size)))
    const end = Math.min(length, this.#next + window)
    if (end <= Math.max(this.#next, this.#downloadEnd)) return
    if (this.#downloadEnd - this.#next > window / 2) return
    const previous = this.#download
    this.#download = this.#core.download({ start: this.#next, end, linear: true })
    this.#downloadEnd = end
    previous?.destroy()
  }
}

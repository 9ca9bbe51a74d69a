import type { Place } from './tail.js'

const NEWLINE = 0x0a

/** The part of a log from a place on, which a number of lines may end inside of a block. */
export class Span {
  readonly #start: Place
  #left: number // lines
  #cut: Place | null = null // where the last line ends, when its block goes on

  constructor(start: Place, lines: number) {
    this.#start = start
    this.#left = lines
  }

  /** All of its lines were taken. */
  get isFull(): boolean {
    return this.#left === 0
  }

  /** What of block `index`, which comes next, is in it. */
  take(block: Uint8Array, index: number): Uint8Array {
    const { start, offset } = this.#start
    const begin = index === start ? offset : 0
    return block.subarray(begin, this.#endIn(block, index, begin))
  }

  /** Where to go on after what was taken of the blocks before `index`. */
  placeBefore(index: number): Place {
    if (index === this.#start.start) return this.#start
    return this.#cut?.start === index - 1 ? this.#cut : { start: index, offset: 0 }
  }

  #endIn(block: Uint8Array, index: number, offset: number): number {
    if (this.#left === Infinity) return block.byteLength
    let end = offset
    while (this.#left > 0) {
      const newline = block.indexOf(NEWLINE, end)
      if (newline === -1) return block.byteLength
      end = newline + 1
      this.#left--
    }
    if (end < block.byteLength) this.#cut = { start: index, offset: end }
    return end
  }
}

import type { Place } from './tail.js'

const NEWLINE = 0x0a

/** Finds where a number of lines ends, which may be inside of a block. */
export class LineLimit {
  /** How many lines are still to come. */
  left: number
  /** Where the last line ends, when its block goes on. */
  cut: Place | null = null

  constructor(lines: number) {
    this.left = lines
  }

  /** Where in block `index`, of which `offset` bytes are left out, what is to be shown ends. */
  endIn(block: Uint8Array, index: number, offset: number): number {
    if (this.left === Infinity) return block.byteLength
    let end = offset
    while (this.left > 0) {
      const newline = block.indexOf(NEWLINE, end)
      if (newline === -1) return block.byteLength
      end = newline + 1
      this.left--
    }
    if (end < block.byteLength) this.cut = { start: index, offset: end }
    return end
  }
}

import type Hypercore from 'hypercore'
import { getContent } from './content.js'
import { withTimeout } from './timeout.js'

const NEWLINE = 0x0a
const AT_ONCE = 64 // blocks, of
const AT_ONCE_BYTES = 4 * 1024 * 1024 // together, as far as can be told

/** The index of a block, and a byte in it. */
export interface Place {
  start: number
  offset: number
}

/**
 * Where the last `lines` lines of the first `length` blocks of a core begin. Reads backwards from the end,
 * no more than about twice what it needs, and to block `first` at most. A last line without a newline counts,
 * too. A block that does not come within `patience` milliseconds is a Failure.
 */
export async function findTail(
  core: Hypercore,
  lines: number,
  { length = core.length, patience = Infinity, first = 0 } = {}
): Promise<Place> {
  if (lines === 0) return { start: length, offset: 0 }

  let missing = lines
  let isEnd = true
  for await (const [index, block] of backwards(core, { first, length }, patience)) {
    let at = block.byteLength - 1
    if (isEnd && at >= 0) {
      isEnd = false
      at-- // a newline there ends the last line, and begins none
    }
    for (; at >= 0; at--) {
      at = block.lastIndexOf(NEWLINE, at)
      if (at === -1) break
      if (--missing > 0) continue
      const offset = at + 1
      return offset < block.byteLength ? { start: index, offset } : { start: index + 1, offset: 0 }
    }
  }
  return { start: first, offset: 0 }
}

// Asks for several blocks at once, at first for few: each request takes a round trip.
async function* backwards(
  core: Hypercore,
  { first: oldest, length }: { first: number; length: number },
  patience: number
): AsyncGenerator<[number, Uint8Array]> {
  let atOnce = 1
  for (let end = length; end > oldest;) {
    const first = Math.max(oldest, end - atOnce)
    const indexes = Array.from({ length: end - first }, (_, i) => first + i)
    const blocks = await Promise.all(
      indexes.map((index) =>
        withTimeout(patience, getContent(core, index), `block ${index} did not come`)
      )
    )
    for (const index of indexes.toReversed()) yield [index, blocks[index - first]!]

    const size = blocks.reduce((sum, block) => sum + block.byteLength, 0) / blocks.length
    atOnce = Math.min(atOnce * 2, AT_ONCE, Math.max(1, Math.floor(AT_ONCE_BYTES / (size + 1))))
    end = first
  }
}

import type Hypercore from 'hypercore'
import { Failure } from './errors.js'
import { Compressor, Inflater } from './gzip.js'
import { kindOf } from './kind.js'

/** The most bytes of a block, before it is compressed. */
export const BLOCK_LIMIT = 256 * 1024

/** A block that does not hold what a block of its log holds. */
export class BadBlock extends Failure {}

let inflater: Inflater | null = null // it has a buffer of the limit's size

/** The bytes of the log in block `index`. Throws a BadBlock, or a Failure when this pearlog does not know the kind. */
export async function getContent(core: Hypercore, index: number): Promise<Uint8Array> {
  return contentOf(core, index, await core.get(index))
}

/** The bytes of the log in block `index`, which is stored as `block`; see `getContent`. */
export function contentOf(core: Hypercore, index: number, block: Uint8Array): Uint8Array {
  if (!kindOf(core)?.compressed) return block
  inflater ??= new Inflater(BLOCK_LIMIT)
  try {
    return inflater.inflate(block)
  } catch (err) {
    const reason = (err as Error).message
    throw new BadBlock(
      `block ${index} of this log cannot be read: in a compressed log each block is one gzip member of at most ${BLOCK_LIMIT} bytes, and this one is not (${reason})`,
      err
    )
  }
}

/** How blocks are stored in this log, whose kind is known. */
export function storedAs(core: Hypercore): (content: Uint8Array) => Uint8Array {
  if (!kindOf(core)?.compressed) return (content) => content
  const compressor = new Compressor()
  return (content) => compressor.compress(content)
}

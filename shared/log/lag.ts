import type Hypercore from 'hypercore'
import { loadPosition } from './position.js'

/** How much of a log, as far as it is known here, a reader has not shown. */
export interface Lag {
  blocks: number
  /** Null when the sizes of blocks that are skipped are not known. */
  bytes: number | null
}

/** Null when no position was set. */
export async function measureLag(core: Hypercore): Promise<Lag | null> {
  const position = await loadPosition(core)
  if (!position) return null
  const { length } = core
  const { start, offset } = position
  if (start >= length) return { blocks: 0, bytes: 0 }
  const [all, shown] = await Promise.all([sizeOf(core, length), sizeOf(core, start)])
  const bytes = all === null || shown === null ? null : all - shown - offset
  return { blocks: length - start, bytes }
}

// The bytes of the first `length` blocks: those below the roots of their Merkle tree. Null when one is not here.
async function sizeOf(core: Hypercore, length: number): Promise<number | null> {
  const rx = core.core.storage.read()
  const nodes = rootsOf(length).map((index) => rx.getTreeNode(index))
  rx.tryFlush()
  const found = (await Promise.all(nodes)) as ({ size: number } | null)[]
  return found.reduce<number | null>(
    (sum, node) => (sum === null || !node ? null : sum + node.size),
    0
  )
}

// As flat-tree numbers them.
function rootsOf(length: number): number[] {
  const roots: number[] = []
  for (let start = 0; start < length;) {
    const blocks = 2 ** Math.floor(Math.log2(length - start))
    roots.push(2 * start + blocks - 1)
    start += blocks
  }
  return roots
}

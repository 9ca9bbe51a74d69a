import b4a from 'b4a'
import type Hypercore from 'hypercore'

// Kept with the log: how many bytes of it stay, or `all`; and before which block it was cleared.
const KEEP = 'keep'
const CLEARED = 'cleared'
const ALL = 'all'
const STEPS = 16 // of a size, that are cleared one by one

/** How much of a log stays on this disk: the newest blocks of so many bytes, or all of it. */
export type Keep = number | 'all'

export async function loadKeep(core: Hypercore): Promise<Keep> {
  const keep = await core.getUserData(KEEP)
  const text = keep ? b4a.toString(keep) : ALL
  return text === ALL ? ALL : Number(text)
}

export async function saveKeep(core: Hypercore, keep: Keep): Promise<void> {
  await core.setUserData(KEEP, String(keep))
}

/** The blocks before this one are not here because they were cleared. */
export async function loadCleared(core: Hypercore): Promise<number> {
  const cleared = await core.getUserData(CLEARED)
  return cleared ? Number(b4a.toString(cleared)) : 0
}

/** Drops what is here of the blocks before `end`. A kill in between leaves blocks that the next call drops. */
export async function clearBefore(core: Hypercore, end: number): Promise<void> {
  const start = nextHeld(core, 0)
  if (start === null || start >= end) return
  await saveCleared(core, end)
  await core.clear(start, end)
}

/** The blocks before `end` are none that are kept here. */
export async function saveCleared(core: Hypercore, end: number): Promise<void> {
  await core.setUserData(CLEARED, String(Math.max(end, await loadCleared(core))))
}

/**
 * The byte from which on a copy has the newest `size` bytes of the first `end`, and somewhat less than that, so
 * that it does not move with each block. It depends on these two alone: all who keep as much have the same.
 */
export function cutOf(end: number, size: number): number {
  const step = Math.floor(size / STEPS)
  const cut = step === 0 ? end - size : step * (Math.floor((end - size) / step) + 2)
  return Math.max(0, cut)
}

/** The index of the first block from `index` on that is here, or null when none is. */
export function nextHeld(core: Hypercore, index: number): number | null {
  const next = core.core.bitfield.findFirst(true, index)
  return next === -1 ? null : next
}

/** The index of the first block from `index` on that is not here. */
export function nextMissing(core: Hypercore, index: number): number {
  return Math.min(core.length, core.core.bitfield.findFirst(false, index))
}

/** The index of the first block before `end` from which on there are `size` bytes at most up to there. */
export async function findNewest(core: Hypercore, end: number, size: number): Promise<number> {
  let low = nextHeld(core, 0) ?? end
  let high = end
  const to = await bytesBefore(core, end)
  if (to === null) return low
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    // One that is not here, of a copy with a hole, is before those that are to stay.
    const from = middle === 0 ? 0 : await bytesBefore(core, middle)
    if (from !== null && to - from <= size) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The bytes of all blocks before `index`, from the hashes of block `index - 1`; null when those are not here.
 * (Hypercore 11.39.5 has the same as `byteRange`, which is NaN after the first root.)
 */
export async function bytesBefore({ core }: Hypercore, index: number): Promise<number | null> {
  const reads = core.storage.read()
  const nodes: Promise<{ size: number } | null>[] = []
  let bytes = 0
  let first = 0
  for (const root of core.state.roots) {
    const blocks = root.index - 2 * first + 1
    if (index < first + blocks) {
      nodes.push(...pathTo(index, { first, root: root.index, blocks }).map(read))
      break
    }
    bytes += root.size
    first += blocks
  }
  reads.tryFlush()
  const found = await Promise.all(nodes)
  const isKnown = found.every((node) => node !== null)
  return isKnown ? found.reduce((sum, node) => sum + node.size, bytes) : null

  function read(node: number): Promise<{ size: number } | null> {
    return reads.getTreeNode(node) as Promise<{ size: number } | null>
  }
}

// The nodes of a tree that have the blocks before `index` together. A node of n blocks is n / 2 after its left
// child, and n / 2 before its right one.
function pathTo(
  index: number,
  { first, root, blocks }: { first: number; root: number; blocks: number }
): number[] {
  if (index === first) return []
  const leaf = 2 * (index - 1)
  const path: number[] = []
  let node = root
  for (let step = blocks / 2; node !== leaf; step /= 2) {
    if (leaf > node) path.push(node - step)
    node += leaf > node ? step : -step
  }
  return [...path, leaf]
}

/**
 * Has clearing leave the hashes of what is cleared: a copy that was away since then needs them to verify how
 * the log went on. Hypercore 11.39.5 deletes those along the edge.
 */
export function keepHashes({ core: { state } }: Hypercore): void {
  const create = state.createWriteBatch.bind(state)
  state.createWriteBatch = () => Object.assign(create(), { deleteTreeNode: () => {} })
}

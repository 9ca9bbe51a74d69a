/* oxlint-disable no-underscore-dangle -- the names are those of Hypercore 11.39.5 */
import type Hypercore from 'hypercore'
import { askOnce } from './late-blocks.js'
import { NewBlocks } from './new-blocks.js'
import { RequestLimit } from './request-limit.js'
import { turnOf } from './turn.js'

const SAMPLE = 64 // blocks looked at
const NONE = -1

/**
 * Has each reader of `core` fetch other blocks from a peer that has them all, and the rest from those readers.
 * All would want the same blocks in the same order else, and a thin line sends them as often as it has readers.
 * Returns what comes without a request.
 */
export function spreadRequests(core: Hypercore): NewBlocks {
  const newBlocks = new NewBlocks(core)
  const limit = new RequestLimit(core)
  askOnce(core, limit, newBlocks)
  core.on('peer-add', (peer) => {
    const inOrder = peer._requestRange.bind(peer)
    peer._requestRange = (range) => {
      if (core.peers.length === 1 || range.blocks || peer.syncsProcessing > 0) return inOrder(range)
      const block = choose(core, { limit, newBlocks }, peer, range)
      if (block === null) return inOrder(range)
      return block !== NONE && peer._requestRangeBlock(block, core.length)
    }
  })
  return newBlocks
}

// The block to ask for; NONE when others are to be asked, and null when it cannot be told.
function choose(
  core: Hypercore,
  { limit, newBlocks }: { limit: RequestLimit; newBlocks: NewBlocks },
  peer: Hypercore.Peer,
  { start, end }: Hypercore.Range
): number | null {
  const last = peer._getValidEnd(end)
  if (last <= start || peer.remoteFork !== core.fork) return null
  const others = core.peers.filter((other) => {
    return other !== peer && !hasAll(other, start, last) && !limit.isSilent(other)
  })
  // A peer whose line is full is not asked for what the others together bring sooner, or ask it for themselves.
  const isSpared =
    hasAll(peer, start, last) &&
    limit.isBusy(peer) &&
    !limit.isIdle(peer) &&
    others.reduce((sum, other) => sum + limit.rate(other), 0) > limit.rate(peer)
  const isOurs = turnOf(peer.stream.publicKey, others)
  let found: number | null = null
  let fewest = Infinity
  let equals = 0
  let left = SAMPLE
  for (let i = peer._findNext(start); i !== -1 && i < last && left > 0; i = peer._findNext(i + 1)) {
    if (isUnderWay(core, i)) continue
    if (newBlocks.isComing(peer, i)) {
      found ??= NONE
      continue
    }
    left--
    const holders = others.filter((other) => other._remoteHasBlock(i)).length
    if (holders === 0 && isOurs(i)) return i
    if (isSpared) {
      found = NONE
      continue
    }
    if (holders < fewest) [fewest, equals] = [holders, 0]
    if (holders === fewest && Math.random() * ++equals < 1) found = i
  }
  return found
}

function hasAll(peer: Hypercore.Peer, start: number, end: number): boolean {
  const known = peer.remoteContiguousLength
  if (known >= end) return true
  if (start <= known) return false
  const missing = peer.remoteBitfield.findFirst(false, start)
  return missing === -1 || missing >= end
}

function isUnderWay({ core, replicator }: Hypercore, index: number): boolean {
  if (core.bitfield.get(index)) return true
  const block = replicator._blocks.get(index)
  return block !== null && block.inflight.length > 0
}

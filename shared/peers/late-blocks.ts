/* oxlint-disable no-underscore-dangle -- the names are those of Hypercore 11.39.5 */
import type Hypercore from 'hypercore'
import type { NewBlocks } from './new-blocks.js'
import type { RequestLimit } from './request-limit.js'

const CHECK = 250 // ms

/**
 * Has a block that is waited for come with the range that it is part of, when there are several peers, and asks
 * another peer only for what is late at one. Hypercore asks at once, and asks others again right away.
 */
export function askOnce(core: Hypercore, limit: RequestLimit, newBlocks: NewBlocks): void {
  const { replicator } = core
  core.on('peer-add', (peer) => {
    const ask = peer._requestBlock.bind(peer)
    peer._requestBlock = (block) => {
      if (newBlocks.isComing(peer, block.index)) return false
      return (replicator.peers.length === 1 || isDue(block)) && ask(block)
    }
  })
  const timer = setInterval(check, CHECK)
  core.on('close', () => clearInterval(timer))

  function check(): void {
    if (replicator._ranges.length === 0 && replicator._blocks.isEmpty()) return
    for (const peer of replicator.peers) replicator.updatePeer(peer)
  }

  function isDue({ index, inflight }: Hypercore.BlockRequest): boolean {
    if (inflight.length === 0) return !isInRange(index)
    return inflight.every((request) => limit.isLate(request))
  }

  function isInRange(index: number): boolean {
    return replicator._ranges.some(
      ({ start, end, blocks }) => !blocks && start <= index && (end === -1 || index < end)
    )
  }
}

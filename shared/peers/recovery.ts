import type Hypercore from 'hypercore'
import type Hyperswarm from 'hyperswarm'
import { waitAtMost } from '../log/timeout.js'
import { once } from './once.js'

// ms
const RECOVER_TIMEOUT = 10_000
const FIRST_NODE_TIMEOUT = 2500

/**
 * Asks the peers that `swarm` reaches how long the log is, and resolves to the number of blocks that this
 * copy has lost. Takes RECOVER_TIMEOUT at most, and FIRST_NODE_TIMEOUT without a network.
 */
export async function countLostBlocks(core: Hypercore, swarm: Hyperswarm): Promise<number> {
  const { length } = core
  await waitAtMost(RECOVER_TIMEOUT, askEveryPeer(core, swarm))
  return core.length - length
}

async function askEveryPeer(core: Hypercore, swarm: Hyperswarm): Promise<void> {
  await waitAtMost(FIRST_NODE_TIMEOUT, swarm.dht.fullyBootstrapped())
  if (swarm.dht.nodes.length === 0) return // no network, and so nobody to ask
  await swarm.flush()
  while (core.peers.length < swarm.connections.size) {
    await Promise.race([once(core, 'peer-add'), once(swarm, 'update')])
  }
  if (core.peers.length > 0) await core.update({ wait: true, force: true })
}

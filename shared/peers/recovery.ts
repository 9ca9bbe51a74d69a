import type Hypercore from 'hypercore'
import type Hyperswarm from 'hyperswarm'
import { sleep, waitAtMost } from '../log/timeout.js'
import { once } from './once.js'

// ms
const RECOVER_TIMEOUT = 10_000
const ASK_AGAIN = 1000
const FIRST_NODE_TIMEOUT = 2500

/**
 * Asks the peers that `swarm` reaches how long the log is, which `core` has for its length then. Takes
 * RECOVER_TIMEOUT at most, and FIRST_NODE_TIMEOUT without a network.
 */
export async function askForLength(core: Hypercore, swarm: Hyperswarm): Promise<void> {
  await waitAtMost(RECOVER_TIMEOUT, askEveryPeer(core, swarm))
}

/** Asks the peers of `core`, those to come, too, again and again as long as blocks are missing. */
export async function waitWhile(core: Hypercore, isMissing: () => boolean): Promise<void> {
  while (isMissing()) {
    if (core.peers.length > 0) {
      await waitAtMost(RECOVER_TIMEOUT, core.update({ wait: true, force: true }))
    }
    await sleep(ASK_AGAIN)
  }
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

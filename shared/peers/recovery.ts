import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { Failure } from '../log/errors.js'
import { loadCleared, nextMissing } from '../log/kept.js'
import { sleep, waitAtMost } from '../log/timeout.js'
import { watchForLost } from './lost-block.js'
import { once } from './once.js'
import type { Swarm } from './topic.js'

// ms
const RECOVER_TIMEOUT = 10_000
const ASK_AGAIN = 1000
const FIRST_NODE_TIMEOUT = 2500

/**
 * Gets back the blocks of a log that its writer has lost. Tells `recovered` when they are here, and `lost`,
 * with its index, when one of them is nowhere.
 */
export class Recovery {
  readonly #core: Hypercore
  readonly #tell: (event: 'recovered' | 'lost', index?: number) => void
  #isGivenUp = false

  constructor(core: Hypercore, tell: (event: 'recovered' | 'lost', index?: number) => void) {
    this.#core = core
    this.#tell = tell
  }

  /**
   * Asks the peers that `swarm` reaches how long the log is, which the core has for its length then. Takes
   * RECOVER_TIMEOUT at most, and FIRST_NODE_TIMEOUT without a network; as long as blocks are missing it
   * asks on, the peers to come, too.
   */
  async ask(swarm: Swarm, missing: () => number): Promise<void> {
    const core = this.#core
    await waitAtMost(RECOVER_TIMEOUT, askEveryPeer(core, swarm))
    while (missing() > 0) {
      if (this.#isGivenUp) throw new Failure('stopped before the missing blocks were found')
      if (core.peers.length > 0) {
        await waitAtMost(RECOVER_TIMEOUT, core.update({ wait: true, force: true }))
      }
      await sleep(ASK_AGAIN)
    }
  }

  /** Downloads from now on what is not here, also what an earlier start has found and could not fetch. */
  async fetch(): Promise<void> {
    const core = this.#core
    const end = core.length
    const cleared = await loadCleared(core)
    const start = nextMissing(core, cleared)
    if (start >= end) return
    const download = core.download({ start, end })
    download.done().then(() => this.#tell('recovered'), safetyCatch)
    watchForLost(
      core,
      () => nextMissing(core, cleared),
      (index) => this.#tell('lost', index)
    )
  }

  /** Has `ask` fail, if it is still waiting. */
  stop(): void {
    this.#isGivenUp = true
  }
}

async function askEveryPeer(core: Hypercore, swarm: Swarm): Promise<void> {
  await waitAtMost(FIRST_NODE_TIMEOUT, swarm.dht.fullyBootstrapped())
  if (swarm.dht.nodes.length === 0) return // no network, and so nobody to ask
  await swarm.flush()
  while (core.peers.length < swarm.connections.size) {
    await Promise.race([once(core, 'peer-add'), once(swarm, 'update')])
  }
  if (core.peers.length > 0) await core.update({ wait: true, force: true })
}

import { randomBytes } from 'hypercore-crypto'
import Hypercore from 'hypercore'
import ReadyResource from 'ready-resource'
import safetyCatch from 'safety-catch'
import { waitAtMost } from '../log/timeout.js'
import { waitForContact } from './contact.js'
import { Discovery, type Network, type Status } from './discovery.js'
import { Holders } from './holders.js'
import { enforceRules } from './peer-rules.js'
import { countLostBlocks } from './recovery.js'

export type { Network, Status }

const SEED = 'swarm-seed'
// Blocks asked of one peer at a time. The 16 to 512 of Hypercore 11.39.5 leave most of a long link unused:
// at 50 ms round trip, 64 KiB blocks came at 253 a second with those, and at 377 with these (bench/RESULTS.md).
const INFLIGHT: [number, number] = [512, 1024]
// Of rocksdb-native; the system's error is the cause.
const NOT_WRITTEN = 'Batch was not applied'
const CLOSE_TIMEOUT = 5000 // ms; what peers made it do may keep it busy; all that is committed is on disk

/** Makes the core another peer from now on. */
export async function renewIdentity(core: Hypercore): Promise<void> {
  await core.setUserData(SEED, randomBytes(32))
}

/**
 * A Hypercore on disk; after `join`, one with everyone who has its key: found in Hyperswarm by its
 * discovery key, replicated over every connection.
 *
 * Emits `status` when the network comes or goes, or the first peer comes or the last one goes; `peers`
 * when their number changes; `conflict` when another history of the same log turned up, signed with
 * the same key: the core is closed then; `storage-error`, with the error, when a block that came cannot
 * be kept; `recovered` when the blocks that `recover` found are here.
 */
export class ReplicatedCore extends ReadyResource {
  readonly core: Hypercore
  readonly dir: string
  readonly #network: Network
  readonly #holders: Holders
  #discovery: Discovery | null = null
  #hasPeersOfOld = false

  /** Without a `key`, an empty `dir` gets a log of its own; with one, a copy of that log. */
  constructor(dir: string, key: Uint8Array | null, network: Network = {}) {
    super()
    this.dir = dir
    this.core = new Hypercore(dir, key, { allowPush: true, inflightRange: INFLIGHT })
    this.#network = network
    this.#holders = new Holders(this.core)
  }

  get status(): Status {
    return this.#discovery?.status ?? 'not joined'
  }

  /** How many peers hold or want this log now. */
  get peers(): number {
    return this.core.peers.length
  }

  /** Looks for peers from now on. */
  join(): void {
    this.#discovery!.join()
  }

  /** Resolves once a peer that knows the log has told its length. Needs `join`. */
  contact(): Promise<void> {
    return waitForContact(this.core, this.#discovery!)
  }

  /**
   * Asks the peers that can be reached for blocks that this copy has lost, to a power cut or an old disk
   * image, and resolves to their number; they are downloaded from then on. To append before that may sign
   * a second history, which ends the log for everybody. Takes 10 s at most, 2.5 s without a network, and
   * no time when the log has never been opened before.
   */
  async recover(): Promise<number> {
    if (!this.#hasPeersOfOld) return 0
    const { core } = this
    const lost = await this.#discovery!.withSwarm((swarm) => countLostBlocks(core, swarm))
    if (lost > 0) {
      const download = core.download({ start: core.length - lost, end: core.length })
      download.done().then(() => this.emit('recovered'), safetyCatch)
    }
    return lost
  }

  /** Resolves once `n` peers have held every block there is now; some of them may have left since. */
  waitForHolders(n: number): Promise<void> {
    return this.#holders.waitFor(n)
  }

  protected override async _open(): Promise<void> {
    const { core } = this
    await core.ready()
    enforceRules(core)
    const options = { ...this.#network, seed: await this.#swarmSeed() }
    this.#discovery = new Discovery(core, options, () => this.emit('status'))
    for (const event of ['peer-add', 'peer-remove'] as const) {
      core.on(event, () => {
        if (!this.closing) this.emit('peers')
      })
    }
    core.on('conflict', () => this.emit('conflict'))
    // Any other error is about what a peer sent.
    core.on('verification-error', (err) => {
      if (err.message === NOT_WRITTEN) this.emit('storage-error', err)
    })
  }

  protected override async _close(): Promise<void> {
    await this.#discovery?.close()
    await waitAtMost(CLOSE_TIMEOUT, this.core.close())
  }

  // The same peer after a restart: its old record in the DHT is overwritten instead of tried first,
  // and those who knew it reconnect at once. Recovery from kill -9 took 16 s without and 0.4 s with.
  async #swarmSeed(): Promise<Uint8Array> {
    const kept = await this.core.getUserData(SEED)
    this.#hasPeersOfOld = kept !== null
    if (kept) return kept
    const seed = randomBytes(32)
    await this.core.setUserData(SEED, seed)
    return seed
  }
}

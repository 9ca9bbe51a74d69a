import type Hypercore from 'hypercore'
import ReadyResource from 'ready-resource'
import type { Made } from '../log/kind.js'
import { waitAtMost } from '../log/timeout.js'
import { Announcements } from './announcements.js'
import { waitForContact } from './contact.js'
import { makeCore } from './core.js'
import { mendBlocks } from './damaged-blocks.js'
import { Discovery, type Status } from './discovery.js'
import type { Durability } from './durability.js'
import type { Facts } from './facts.js'
import { Holders } from './holders.js'
import type { Keeping } from './keeping.js'
import { Oldest } from './oldest.js'
import { enforceRules } from './peer-rules.js'
import { Recovery } from './recovery.js'
import { Roles, type Company } from './roles.js'
import { spreadRequests } from './spread.js'
import { swarmSeed } from './swarm-seed.js'
import type { Network } from './ways.js'

export type { Network, Status }

const CLOSE_TIMEOUT = 5000 // ms; what peers made it do may keep it busy; all that is committed is on disk

/**
 * A Hypercore on disk; after `join`, one with everyone who has its key, found by its discovery key. Emits `status`
 * when the network, the first peer or the last one comes or goes; `peers` when their number changes, or one has told
 * its role; `conflict` when another history turned up, signed with the same key: the core is closed then;
 * `storage-error`, with the error, when a block cannot be kept or the log not read; `damaged`, with its index, when
 * a block here is, and is asked of peers, `mended` when all of these have come; `recovered` when those that
 * `recover` found are here; `lost`, with its index, when one of them is nowhere; `blind-peer`, with news of it.
 */
export class ReplicatedCore extends ReadyResource {
  readonly core: Hypercore
  readonly dir: string
  durability: Durability | null = null
  /** Null when all of it stays. */
  keeper: Keeping | null = null
  /** Who has it from which block on, and how much of it. */
  readonly oldest: Oldest
  readonly holders: Holders
  #announcements: Announcements | null = null
  readonly #network: Network
  readonly #roles: Roles
  readonly #recovery: Recovery
  #discovery: Discovery | null = null
  #hasPeersOfOld = false

  /** Without a `key`, an empty `dir` gets a log of its own, `made` so; with one, a copy of that log. */
  constructor(dir: string, key: Uint8Array | null, network: Network = {}, made: Made = {}) {
    super()
    this.dir = dir
    this.core = makeCore(dir, key, made)
    this.#network = network
    this.oldest = new Oldest(this.core)
    this.holders = new Holders(this.core, (peer) => this.oldest.reachOf(peer), network.blindPeer)
    this.#recovery = new Recovery(this.core, (event, index) => this.emit(event, index))
    this.#roles = new Roles(this.core, () => this.emit('peers'), network.blindPeer)
  }

  get status(): Status {
    return this.#discovery?.status ?? 'not joined'
  }

  /** How many peers hold or want this log. */
  get peers(): number {
    return this.core.peers.length
  }

  /** How many blocks were on disk once and are gone. */
  get missing(): number {
    return this.durability?.missing ?? 0
  }

  get company(): Company {
    return this.#roles.company
  }

  /** What has come of looking for peers. Needs `join`. */
  get facts(): Facts {
    return this.#discovery!.findings.facts
  }

  /** Looks for peers from now on. */
  join(): void {
    this.#discovery!.join()
  }

  /** Resolves once a peer that knows the log has told its length. Needs `join`. */
  contact(): Promise<void> {
    return waitForContact(this.core, this.#discovery!)
  }

  /** Resolves when every peer that was found has been tried. Needs `join`. */
  triedAll = (): Promise<void> => this.#discovery!.triedAll()

  /**
   * Asks the peers that can be reached for blocks that this copy has lost, and resolves to their number; they are
   * downloaded from then on. To append before that may sign a second history, which ends the log for everybody.
   * Takes 10 s at most, 2.5 s without a network, no time when nobody can have a block that is not here, and as
   * long as it takes when blocks are missing that were on disk once.
   */
  async recover(): Promise<number> {
    if (!this.#hasPeersOfOld && this.missing === 0) return 0
    const recovery = this.#recovery
    const { length } = this.core
    if (!this.durability?.isWhole) {
      await this.#discovery!.withSwarm((swarm) => recovery.ask(swarm, () => this.missing))
    }
    await recovery.fetch()
    return this.core.length - length
  }

  /** Has `recover` fail, if it is still waiting for blocks. */
  stopRecovery(): void {
    this.#recovery.stop()
  }

  /** All that was appended is on disk when this resolves. */
  sync = async (): Promise<void> => this.durability?.sync()

  protected override async _open(): Promise<void> {
    const { core } = this
    await core.ready()
    enforceRules(core)
    this.#announcements = new Announcements(core, spreadRequests(core))
    const { seed, isNew } = await swarmSeed(core)
    this.#hasPeersOfOld = !isNew
    const network = { ...this.#network, seed }
    this.#discovery = new Discovery(core, network, {
      onstatus: () => this.emit('status'),
      onblindpeer: (news) => this.emit('blind-peer', news),
      holders: this.holders,
      beforeSharing: async () => this.durability?.share()
    })
    const onpeers = (): boolean => !this.closing && this.emit('peers')
    for (const event of ['peer-add', 'peer-remove'] as const) core.on(event, onpeers)
    mendBlocks(core, (event, detail) => this.emit(event, detail))
    core.on('conflict', () => this.emit('conflict'))
  }

  protected override async _close(): Promise<void> {
    this.#announcements?.end()
    await this.#discovery?.close()
    await this.keeper?.close()
    await this.durability?.close()
    await waitAtMost(CLOSE_TIMEOUT, this.core.close())
  }
}

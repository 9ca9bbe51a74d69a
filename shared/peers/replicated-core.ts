import type { Timeout } from 'bare-timers'
import { randomBytes } from 'hypercore-crypto'
import b4a from 'b4a'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import ReadyResource from 'ready-resource'
import safetyCatch from 'safety-catch'
import { guard } from './guard.js'
import { watchForLost } from './lost-block.js'
import { sendAwayOverdue } from './overdue.js'
import { Failure } from '../log/errors.js'
import { sleep, waitAtMost } from '../log/timeout.js'

const SEED = 'swarm-seed'
// Blocks asked of one peer at a time. Hypercore's own 16 to 512 leave most of a long link unused: at
// 50 ms round trip, 64 KiB blocks came at 253 a second with those, and at 377 with these (bench/RESULTS.md).
const INFLIGHT: [number, number] = [512, 1024]

const MOST_HOLDERS = 10_000 // remembered

// Of rocksdb-native; the system's error is the cause.
const NOT_WRITTEN = 'Batch was not applied'

// ms
const FIRST_RETRY = 1000
const LONGEST_WAIT = 60_000
const LONGEST_WAIT_OFFLINE = 4000
const FLUSH_TIMEOUT = 1000
const LEAVE_TIMEOUT = 2000
const CLOSE_TIMEOUT = 5000 // what peers made it do may keep it busy; all that is committed is on disk
const COUNT_HOLDERS = 200
const RECOVER_TIMEOUT = 10_000
const ASK_AGAIN = 1000
const FIRST_NODE_TIMEOUT = 2500
const PROOF_TIMEOUT = 10_000

/** Where to enter the DHT; the public nodes when left out. */
export interface Network {
  bootstrap?: Hyperswarm.Node[]
  nodes?: Hyperswarm.Node[]
}

/** What the folder knows of the disk. */
export interface Durability {
  /** How many blocks were on disk once and are gone. */
  readonly missing: number
  /** Nobody can have a block that is not here. */
  readonly isWhole: boolean
  /** Peers may be told what there is when this resolves. */
  share(): Promise<void>
  /** All that was appended is on disk when this resolves. */
  sync(): Promise<void>
}

/** `apart`: not joined yet. */
export type Status = 'apart' | 'searching' | 'connected' | 'offline'

/**
 * A Hypercore on disk; after `join`, one with everyone who has its key: found in Hyperswarm by its
 * discovery key, replicated over every connection.
 *
 * Emits `status` when the network comes or goes, or the first peer comes or the last one goes; `peers`
 * when their number changes; `conflict` when another history of the same log turned up, signed with
 * the same key: the core is closed then; `storage-error`, with the error, when a block that came cannot
 * be kept; `recovered` when the blocks that `recover` found are here; `lost`, with its index, when one of
 * them is nowhere.
 */
export class ReplicatedCore extends ReadyResource {
  readonly core: Hypercore
  readonly dir: string
  durability: Durability | null = null
  status: Status = 'apart'
  readonly #network: Network
  #seed: Uint8Array | null = null
  #isNew = true
  #isGivenUp = false
  readonly #held = new Map<string, number>() // how much a peer had when it left, or was looked at
  #swarm: Hyperswarm | null = null
  #discovery: Hyperswarm.Discovery | null = null
  #timer: Timeout | null = null
  #wait = FIRST_RETRY

  /** Without a `key`, an empty `dir` gets a log of its own; with one, a copy of that log. */
  constructor(dir: string, key: Uint8Array | null, network: Network = {}) {
    super()
    this.dir = dir
    this.core = new Hypercore(dir, key, { allowPush: true, inflightRange: INFLIGHT })
    this.#network = network
  }

  /** How many peers hold or want this log now. */
  get peers(): number {
    return this.core.peers.length
  }

  /** Resolves once somebody who knows the log has told its length. */
  async contact(): Promise<void> {
    const { core } = this
    let triedAll = false
    while (true) {
      if (this.peers > 0) await core.update({ wait: true })
      if (core.peers.some(knowsTheLog)) {
        // Who says that it is empty may be new here, too: one that knows better is perhaps on its way.
        if (core.length > 0 || (triedAll && core.peers.every((peer) => peer.remoteLength === 0)))
          return
        if (!triedAll) {
          await this.#swarm!.flush()
          triedAll = true
          continue
        }
      }
      const heardAll = core.peers.every((peer) => peer.remoteSynced)
      if (heardAll) await once(core, 'peer-add', 'append')
    }
  }

  /** Looks for peers from now on. */
  join(): void {
    this.status = 'searching'
    this.#join()
    this.emit('status')
  }

  /**
   * Asks those who can be reached for blocks that this copy has lost, to a power cut or an old disk image,
   * and resolves to their number; they are downloaded from then on. To append before that may sign a
   * second history, which ends the log for everybody. Takes RECOVER_TIMEOUT at most, FIRST_NODE_TIMEOUT
   * without a network, no time when the log is new or whole, and as long as it takes when blocks are
   * missing that were on disk once.
   */
  async recover(): Promise<number> {
    const { length } = this.core
    if (this.#isNew && !this.durability?.missing) return 0
    if (this.durability?.isWhole) {
      await this.#fetch()
      return 0
    }
    const joined = this.#swarm !== null
    if (!joined) this.#join()
    await waitAtMost(RECOVER_TIMEOUT, this.#askAll())
    if (this.durability) await this.#askOn()
    if (!joined && !this.closing) await this.#swarm!.destroy()
    const lost = this.core.length - length
    await this.#fetch()
    return lost
  }

  async #askAll(): Promise<void> {
    const { core } = this
    const swarm = this.#swarm!
    await waitAtMost(FIRST_NODE_TIMEOUT, swarm.dht.fullyBootstrapped())
    if (swarm.dht.nodes.length === 0) return // no network, and so nobody to ask
    await swarm.flush()
    while (core.peers.length < swarm.connections.size) {
      await Promise.race([once(core, 'peer-add'), changed(swarm)])
    }
    if (core.peers.length > 0) await core.update({ wait: true, force: true })
  }

  // Also what an earlier start has found and could not fetch.
  async #fetch(): Promise<void> {
    const { core } = this
    const end = core.length
    let start = core.contiguousLength // as it was remembered, and perhaps more
    while (start < end && (await core.has(start))) start++
    if (start === end) return
    core
      .download({ start, end })
      .done()
      .then(() => this.emit('recovered'), safetyCatch)
    watchForLost(
      core,
      () => core.contiguousLength,
      (index) => this.emit('lost', index)
    )
  }

  /** Has `recover` fail, if it is still waiting for blocks. */
  stopRecovery(): void {
    this.#isGivenUp = true
  }

  async #askOn(): Promise<void> {
    const { core } = this
    while (this.durability!.missing > 0) {
      if (this.#isGivenUp) throw new Failure('stopped before the missing blocks were found')
      if (core.peers.length > 0) {
        await waitAtMost(RECOVER_TIMEOUT, core.update({ wait: true, force: true }))
      }
      await sleep(ASK_AGAIN)
    }
  }

  /**
   * Resolves once `n` peers have told that they hold every block there is now, those included that have
   * left since.
   */
  heldBy(n: number): Promise<void> {
    const { core } = this
    const { length } = core
    return new Promise((resolve) => {
      const count = (): void => {
        for (const peer of core.peers) this.#remember(peer)
        const holders = [...this.#held.values()].filter((held) => held >= length)
        if (holders.length < n) return
        clearInterval(timer)
        resolve()
      }
      // Hypercore has an event for the first peer that holds more than all before it, and for no other.
      const timer = setInterval(count, COUNT_HOLDERS)
      core.on('close', () => clearInterval(timer))
      count()
    })
  }

  protected override async _open(): Promise<void> {
    await this.core.ready()
    const onpeers = () => {
      if (this.closing) return
      this.#updateStatus()
      this.emit('peers')
    }
    this.core.on('peer-add', (peer) => {
      guard(this.core, peer)
      onpeers()
    })
    this.core.on('peer-remove', (peer) => {
      this.#remember(peer)
      onpeers()
    })
    this.core.on('conflict', () => this.emit('conflict'))
    // Else what a peer sent is at fault.
    this.core.on('verification-error', (err) => {
      if (err.message === NOT_WRITTEN) this.emit('storage-error', err)
    })
    sendAwayOverdue(this.core)
    this.#seed = await this.#keptSeed()
  }

  protected override async _close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#swarm) await leave(this.#swarm)
    await waitAtMost(CLOSE_TIMEOUT, this.core.close())
  }

  #remember({ remotePublicKey, remoteContiguousLength }: Hypercore.Peer): void {
    this.#held.set(b4a.toString(remotePublicKey, 'hex'), remoteContiguousLength)
    if (this.#held.size <= MOST_HOLDERS) return
    const [oldest] = this.#held.keys()
    this.#held.delete(oldest!)
  }

  #join(): void {
    const swarm = new Hyperswarm({ ...this.#network, seed: this.#seed! })
    swarm.on('connection', (connection) => {
      connection.on('error', () => {}) // a lost peer; Hyperswarm looks for it again
      this.#share(connection).catch(safetyCatch)
    })
    swarm.dht.on('network-update', () => this.#updateStatus())
    this.#swarm = swarm
    this.#discovery = swarm.join(this.core.discoveryKey)
    swarm.dht.fullyBootstrapped().then(() => this.#retryLater(), safetyCatch)
  }

  async #share(connection: Hyperswarm.Connection): Promise<void> {
    await this.durability?.share()
    if (connection.destroyed) return
    this.core.replicate(connection)
    this.#expectProof(connection)
  }

  // The discovery key is enough to connect, and Hyperswarm takes all who come: who does not prove to have
  // the log's key, which takes a round trip, is sent away.
  #expectProof(connection: Hyperswarm.Connection): void {
    const isProven = (): boolean =>
      this.core.peers.some((peer) => b4a.equals(peer.remotePublicKey, connection.remotePublicKey))
    const timer = setTimeout(() => {
      if (!isProven()) connection.destroy()
    }, PROOF_TIMEOUT)
    connection.on('close', () => clearTimeout(timer))
  }

  // Hyperswarm looks up and announces every ten minutes: too late for two that started in the same
  // instant and missed each other, and for one that found no network. What that one has built is of no
  // use when the network comes (HyperDHT announces no relays for five minutes): it starts anew.
  async #retry(): Promise<void> {
    if (this.status === 'offline') {
      this.#swarm!.destroy().catch(safetyCatch)
      this.#join()
      return
    }
    await this.#discovery!.refresh()
    this.#retryLater()
  }

  #retryLater(): void {
    this.#updateStatus()
    if (this.#timer) clearTimeout(this.#timer)
    if (this.closing || this.status === 'connected' || this.status === 'apart') return
    const longest = this.status === 'offline' ? LONGEST_WAIT_OFFLINE : LONGEST_WAIT
    this.#timer = setTimeout(() => this.#retry().catch(safetyCatch), Math.min(this.#wait, longest))
    this.#wait = Math.min(this.#wait * 2, longest)
  }

  #updateStatus(): void {
    if (this.closing || this.status === 'apart') return
    const { online, nodes } = this.#swarm!.dht
    const found = online && nodes.length > 0 ? 'searching' : 'offline'
    const status = this.peers > 0 ? 'connected' : found
    const was = this.status
    if (status === was) return
    this.status = status
    this.emit('status')
    if (status === 'connected') this.#wait = FIRST_RETRY
    else if (was === 'connected') this.#retryLater()
  }

  // The same peer after a restart: its old record in the DHT is overwritten instead of tried first,
  // and those who knew it reconnect at once. Recovery from kill -9 took 16 s without and 0.4 s with.
  async #keptSeed(): Promise<Uint8Array> {
    const kept = await this.core.getUserData(SEED)
    this.#isNew = kept === null
    if (kept) return kept
    const seed = randomBytes(32)
    await this.core.setUserData(SEED, seed)
    return seed
  }
}

// A reader as new as this one is a peer too, and has nothing to tell: even of an empty log, the writer
// has the manifest.
function knowsTheLog(peer: Hypercore.Peer): boolean {
  return peer.remoteLength > 0 || peer.remoteHasManifest
}

function once(core: Hypercore, ...events: ('peer-add' | 'append')[]): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) core.once(event, () => resolve())
  })
}

// Somebody connected or left.
function changed(swarm: Hyperswarm): Promise<void> {
  return new Promise((resolve) => {
    swarm.once('update', () => resolve())
  })
}

// Lets out what is on its way to peers, and unannounces, so that nobody tries one that is gone. Without a
// network nobody would hear of it.
async function leave(swarm: Hyperswarm): Promise<void> {
  const flushed = Promise.all([...swarm.connections].map((connection) => connection.flush()))
  await waitAtMost(FLUSH_TIMEOUT, flushed)
  const left = swarm.destroy()
  if (swarm.dht.nodes.length > 0) await waitAtMost(LEAVE_TIMEOUT, left)
  else left.catch(safetyCatch)
}

import type { Timeout } from 'bare-timers'
import type Hypercore from 'hypercore'
import type Hyperswarm from 'hyperswarm'
import safetyCatch from 'safety-catch'
import { BlindPeer, type BlindPeerNews } from './blind-peer.js'
import { Findings } from './findings.js'
import type { Holders } from './holders.js'
import { leave } from './leave.js'
import { replicate } from './peer-rules.js'
import { makeSwarm } from './swarm.js'
import type { Swarm } from './topic.js'
import type { Network } from './ways.js'

// ms
const FIRST_RETRY = 200
const LONGEST_WAIT = 60_000
const LONGEST_WAIT_OFFLINE = 4000

export type Status = 'not joined' | 'searching' | 'connected' | 'offline'

interface Hooks {
  onstatus(): void
  /** A peer is told nothing before this resolves. */
  beforeSharing(): Promise<void>
  onblindpeer: (news: BlindPeerNews) => void
  holders: Holders
}

/** Finds the peers of a core by its discovery key, and tries again. */
export class Discovery {
  status: Status = 'not joined'
  readonly findings: Findings
  readonly #core: Hypercore
  readonly #options: Network & { seed: Uint8Array }
  readonly #hooks: Hooks
  readonly #blindPeer: BlindPeer | null
  #swarm: Swarm | null = null
  #session: Hyperswarm.Discovery | null = null
  #timer: Timeout | null = null
  #wait = FIRST_RETRY
  #closing = false

  constructor(core: Hypercore, options: Network & { seed: Uint8Array }, hooks: Hooks) {
    this.#core = core
    this.#options = options
    this.#hooks = hooks
    this.findings = new Findings(core, options)
    const { blindPeer } = options
    this.#blindPeer = blindPeer ? new BlindPeer(core, blindPeer, hooks) : null
    core.on('peer-add', () => this.#updateStatus())
    core.on('peer-remove', () => this.#updateStatus())
  }

  /** Looks for peers from now on. */
  join(): void {
    this.status = 'searching'
    this.#connect()
    this.#hooks.onstatus()
  }

  /** Runs `fn` with a swarm: the one that was joined, or one for that long. */
  async withSwarm<T>(fn: (swarm: Swarm) => Promise<T>): Promise<T> {
    if (this.#swarm) return fn(this.#swarm)
    const swarm = this.#connect()
    const result = await fn(swarm)
    if (!this.#closing) await swarm.destroy()
    if (this.#swarm === swarm) this.#swarm = null
    return result
  }

  /** Resolves when every peer that was found has been tried. */
  async triedAll(): Promise<void> {
    await this.#swarm!.flush()
  }

  async close(): Promise<void> {
    this.#closing = true
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#swarm) await leave(this.#swarm)
  }

  #connect(): Swarm {
    const { shared, ...options } = this.#options
    const swarm = shared?.open(this.#core.discoveryKey) ?? makeSwarm(options)
    this.findings.watch(swarm)
    swarm.on('connection', (connection) => {
      connection.on('error', () => {}) // a lost peer; Hyperswarm looks for it again
      this.#share(connection).catch(safetyCatch)
    })
    swarm.on('network-update', () => this.#updateStatus())
    if ('joinPeer' in swarm) this.#blindPeer?.join(swarm) // a shared one has none
    this.#swarm = swarm
    this.#session = swarm.join(this.#core.discoveryKey)
    void this.#firstRetry(swarm, this.#session)
    return swarm
  }

  async #share(connection: Hyperswarm.Connection): Promise<void> {
    await this.#hooks.beforeSharing()
    if (connection.destroyed) return
    replicate(this.#core, connection)
    this.#blindPeer?.ask(connection)
  }

  // Two that start in one instant announce at the same time, after both have looked: each looks again soon
  // after its own announcement is through.
  async #firstRetry({ dht }: Swarm, session: Hyperswarm.Discovery): Promise<void> {
    const announced = await session.flushed()
    if (announced) this.findings.hasLookedUp = true
    if (!announced) await dht.fullyBootstrapped().catch(safetyCatch)
    if (session === this.#session) this.#retryLater()
  }

  // Hyperswarm 4.17.2 looks up and announces every ten minutes: too late for two that started in the same
  // instant and missed each other, and for one that found no network. What that one has built is of no
  // use when the network comes (HyperDHT announces no relays for five minutes): it starts anew.
  async #retry(): Promise<void> {
    if (this.status === 'offline') {
      this.#swarm!.destroy().catch(safetyCatch)
      this.#connect()
      return
    }
    if (await this.#session!.refresh()) this.findings.hasLookedUp = true
    this.#retryLater()
  }

  #retryLater(): void {
    this.#updateStatus()
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#closing || this.status === 'connected' || this.status === 'not joined') return
    const longest = this.status === 'offline' ? LONGEST_WAIT_OFFLINE : LONGEST_WAIT
    // Not at the same time as another one: of two connections at once, each side may close the other one's.
    const wait = Math.min(this.#wait, longest) * (0.5 + Math.random())
    this.#timer = setTimeout(() => this.#retry().catch(safetyCatch), wait)
    this.#wait = Math.min(this.#wait * 2, longest)
  }

  #updateStatus(): void {
    if (this.#closing || this.status === 'not joined') return
    const { online, nodes } = this.#swarm!.dht
    const found = online && nodes.length > 0 ? 'searching' : 'offline'
    const status = this.#core.peers.length > 0 ? 'connected' : found
    const was = this.status
    if (status === was) return
    this.status = status
    this.#hooks.onstatus()
    if (status === 'connected') this.#wait = FIRST_RETRY
    else if (was === 'connected') this.#retryLater()
  }
}

import b4a from 'b4a'
import type Hypercore from 'hypercore'
import os from 'bare-os'
import type { Duplex } from 'streamx'
import { now } from '../log/clock.js'
import { NATS, type Facts, type Nat } from './facts.js'
import type { Swarm } from './topic.js'
import type { Network } from './ways.js'

// ms
// A peer that is announced is tried again at least this often, so that what failed before that is over.
const FRESH = 90_000
// Both sides send something as soon as a connection opens, and their proof soon after.
const SILENT = 5000

/** Keeps an eye on a search for peers, through all the swarms that it takes. */
export class Findings {
  readonly #core: Hypercore
  readonly #failures = new Map<string, number>()
  #swarm: Swarm | null = null
  #asked = 0
  /** The DHT was asked for the log's peers, and was through with it. */
  hasLookedUp = false

  readonly #helpers: Network
  #nats: Facts['nats'] = null
  #relay: string | null = null

  /** `helpers` are not found by the log. */
  constructor(core: Hypercore, helpers: Network) {
    this.#core = core
    this.#helpers = helpers
  }

  /** To be called before `swarm` looks for anybody. */
  watch(swarm: Swarm): void {
    this.#asked += this.#swarm?.dht.stats.requests.total ?? 0
    this.#swarm = swarm
    this.hasLookedUp = false
    const { dht } = swarm
    swarm.on('try', (connection, publicKey) => {
      const { relayThrough, blindPeer } = this.#helpers
      const isRelay = isSame(publicKey, relayThrough)
      const isHelper = isRelay || isSame(publicKey, blindPeer)
      let isProbed = false
      connection.once('nats', (here, there) => {
        isProbed = true
        if (!isHelper) this.#nats = { here: natOf(here), there: natOf(there) }
      })
      const onerror = ({ code }: Error & { code?: string }): void => {
        if (!code) return
        if (isRelay) this.#relay = code
        if (isHelper) return
        // HyperDHT 6.34.0 gives up here when both NATs are random, and tells less than it knows.
        const isRandom = code === 'HOLEPUNCH_ABORTED' && !isProbed && dht.randomized
        this.#failed(isRandom ? 'HOLEPUNCH_DOUBLE_RANDOMIZED_NATS' : code)
      }
      connection.on('error', onerror)
      connection.once('open', () => {
        connection.off('error', onerror)
        if (isRelay) this.#relay = 'connected'
      })
    })
    // It opens when DHT nodes have passed on the handshake, whether or not there is a direct way.
    swarm.on('connection', (connection) => {
      const timer = setTimeout(() => {
        if (isSame(connection.remotePublicKey, this.#helpers.blindPeer)) return
        if (connection.rawStream.packetsReceived === 0) this.#failed('NOTHING_CAME')
        else if (!hasProof(this.#core, connection)) this.#failed('NO_PROOF')
      }, SILENT)
      connection.once('close', () => clearTimeout(timer))
    })
  }

  #failed(code: string): void {
    this.#failures.set(code, now())
  }

  get facts(): Facts {
    const { dht, peers } = this.#swarm!
    const failures = [...this.#failures].filter(([, at]) => now() - at < FRESH)
    return {
      nodes: dht.bootstrapNodes.map(({ host, port }) => `${host.replace(/.*@/, '')}:${port}`),
      hasNetwork: hasNetwork(),
      asked: this.#asked + dht.stats.requests.total,
      isOnline: dht.online && dht.stats.requests.responses > 0,
      hasLookedUp: this.hasLookedUp,
      announced: [...peers.values()].filter(({ explicit }) => !explicit).length,
      failures: failures.map(([code]) => code),
      peers: this.#core.peers.length,
      informed: this.#core.peers.filter(knowsTheLog).length,
      address: dht.host && `${dht.host}:${dht.port}`,
      hasRandomPorts: dht.randomized,
      nats: this.#nats,
      relay: this.#relay,
      hasRelay: this.#helpers.relayThrough !== undefined
    }
  }
}

/**
 * A reader as new as this one is a peer, too, and has nothing to tell. The writer has the manifest, even of
 * an empty log.
 */
export function knowsTheLog(peer: Hypercore.Peer): boolean {
  return peer.remoteLength > 0 || peer.remoteHasManifest
}

/** Whether the other side of `connection` has proved that it has the key. */
export function hasProof({ peers }: Hypercore, connection: Duplex): boolean {
  return peers.some(({ stream }) => stream === connection)
}

function natOf(firewall: unknown): Nat {
  return NATS[Number(firewall)] ?? 'unknown'
}

function hasNetwork(): boolean {
  const addresses = Object.values(os.networkInterfaces()).flat()
  return addresses.some(({ internal, family }) => !internal && family === 'IPv4')
}

function isSame(key: Uint8Array, other?: Uint8Array): boolean {
  return other !== undefined && b4a.equals(key, other)
}

import type Hypercore from 'hypercore'
import type Hyperswarm from 'hyperswarm'
import os from 'bare-os'
import type { Duplex } from 'streamx'

// ms
// A peer that is announced is tried again at least this often, so that what failed before that is over.
const FRESH = 90_000
// Both sides send something as soon as a connection opens, and their proof soon after.
const SILENT = 5000

/** What has come of looking for peers so far. */
export interface Facts {
  /** Where the DHT is to be entered, as host:port. */
  nodes: string[]
  /** This machine has an IPv4 address besides those that lead back to it; HyperDHT has no use for IPv6. */
  hasNetwork: boolean
  /** Requests that were sent to DHT nodes. */
  asked: number
  /** DHT nodes answer now. */
  isOnline: boolean
  /** The DHT was asked for the log's peers, and was through with it. */
  hasLookedUp: boolean
  /** Peers that were found, and are connected or to be tried again. */
  announced: number
  /** What went wrong of late with peers that were found: codes of HyperDHT, NOTHING_CAME, NO_PROOF. */
  failures: string[]
  /** Those that have the key and are connected, and those of them that know what is in the log. */
  peers: number
  informed: number
  /** What the DHT sees of this machine: its address, and whether a NAT gives it another port for each peer. */
  address: string | null
  hasRandomPorts: boolean
}

/** Keeps an eye on a search for peers, through all the swarms that it takes. */
export class Findings {
  readonly #core: Hypercore
  readonly #failures = new Map<string, number>()
  #swarm: Hyperswarm | null = null
  #asked = 0
  /** The DHT was asked for the log's peers, and was through with it. */
  hasLookedUp = false

  constructor(core: Hypercore) {
    this.#core = core
  }

  /** To be called before `swarm` looks for anybody. */
  watch(swarm: Hyperswarm): void {
    this.#asked += this.#swarm?.dht.stats.requests.total ?? 0
    this.#swarm = swarm
    this.hasLookedUp = false
    swarm.on('try', (connection) => {
      const onerror = ({ code }: Error & { code?: string }): void => {
        if (code) this.#failed(code)
      }
      connection.on('error', onerror)
      connection.once('open', () => connection.off('error', onerror))
    })
    // It opens when DHT nodes have passed on the handshake, whether or not there is a direct way.
    swarm.on('connection', (connection) => {
      const timer = setTimeout(() => {
        if (connection.rawStream.packetsReceived === 0) this.#failed('NOTHING_CAME')
        else if (!hasProof(this.#core, connection)) this.#failed('NO_PROOF')
      }, SILENT)
      connection.once('close', () => clearTimeout(timer))
    })
  }

  #failed(code: string): void {
    this.#failures.set(code, Date.now())
  }

  get facts(): Facts {
    const { dht, peers } = this.#swarm!
    const failures = [...this.#failures].filter(([, at]) => Math.abs(Date.now() - at) < FRESH)
    return {
      nodes: dht.bootstrapNodes.map(({ host, port }) => `${host.replace(/.*@/, '')}:${port}`),
      hasNetwork: hasNetwork(),
      asked: this.#asked + dht.stats.requests.total,
      isOnline: dht.online && dht.stats.requests.responses > 0,
      hasLookedUp: this.hasLookedUp,
      announced: peers.size,
      failures: failures.map(([code]) => code),
      peers: this.#core.peers.length,
      informed: this.#core.peers.filter(knowsTheLog).length,
      address: dht.host && `${dht.host}:${dht.port}`,
      hasRandomPorts: dht.randomized
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

function hasNetwork(): boolean {
  const addresses = Object.values(os.networkInterfaces()).flat()
  return addresses.some(({ internal, family }) => !internal && family === 'IPv4')
}

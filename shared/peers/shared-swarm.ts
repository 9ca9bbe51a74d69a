import b4a from 'b4a'
import Hypercore from 'hypercore'
import type Hyperswarm from 'hyperswarm'
import safetyCatch from 'safety-catch'
import { now } from '../log/clock.js'
import { leave } from './leave.js'
import { guard } from './peer-rules.js'
import { makeSwarm } from './swarm.js'
import { isFoundBy, Topic } from './topic.js'

const LEAST_AGE = 1000 // ms, before it is replaced
// Connections that it may have: Hyperswarm's 64, and for each log some more.
const PEERS = 64
const PEERS_PER_LOG = 8

/**
 * One swarm for several logs: one connection a peer, however many of them it shares with us. A log is shown to
 * the peers that were found by it, and to those who ask for it, since they know of it already.
 */
export class SharedSwarm {
  readonly #options: Hyperswarm.Options
  readonly #topics = new Map<string, Topic>()
  #swarm: Hyperswarm | null = null
  #madeAt = 0

  constructor(options: Hyperswarm.Options) {
    this.#options = options
  }

  /** A topic to join, or to join again; a swarm that has found no network in the meantime is replaced. */
  open(id: Uint8Array): Topic {
    const swarm = this.#swarm && !this.#isWorthless(this.#swarm) ? this.#swarm : this.#renew()
    const name = b4a.toString(id, 'hex')
    const topic = new Topic(swarm, id, () => {
      if (this.#topics.get(name) === topic) this.#topics.delete(name)
    })
    this.#topics.set(name, topic)
    swarm.maxPeers = PEERS + PEERS_PER_LOG * this.#topics.size
    // After those who opened it have begun to listen.
    void Promise.resolve().then(() => {
      for (const connection of swarm.connections) {
        const info = infoOf(swarm, connection.remotePublicKey)
        if (info && isFoundBy(info, id)) topic.meet(connection, info)
      }
    })
    return topic
  }

  /** When all topics are left. */
  async close(): Promise<void> {
    if (this.#swarm) await leave(this.#swarm)
  }

  // HyperDHT announces no relays for five minutes after it had no network: the next one starts anew.
  #isWorthless({ dht, connections }: Hyperswarm): boolean {
    const isOffline = !dht.online || dht.nodes.length === 0
    return isOffline && connections.size === 0 && now() - this.#madeAt > LEAST_AGE
  }

  #renew(): Hyperswarm {
    this.#swarm?.destroy().catch(safetyCatch)
    const swarm = makeSwarm(this.#options)
    this.#swarm = swarm
    this.#madeAt = now()
    swarm.on('connection', (connection, info) => this.#introduce(connection, info))
    swarm.on('network-update', () => this.#tell(swarm, (topic) => topic.emit('network-update')))
    swarm.on('update', () => this.#tell(swarm, (topic) => topic.emit('update')))
    swarm.on('try', (connection, publicKey) => {
      const info = infoOf(swarm, publicKey)
      const tell = (topic?: Topic): void => void topic?.emit('try', connection, publicKey)
      if (info) for (const id of info.topics) tell(this.#find(id))
      else this.#tell(swarm, tell) // a relay, which is for all of them
    })
    for (const topic of this.#topics.values()) topic.move(swarm)
    return swarm
  }

  #introduce(connection: Hyperswarm.Connection, info: Hyperswarm.PeerInfo): void {
    connection.on('error', () => {}) // a lost peer; Hyperswarm looks for it again
    const meet = (id: Uint8Array): void => this.#find(id)?.meet(connection, info)
    Hypercore.createProtocolStream(connection, { ondiscoverykey: meet })
    guard(connection)
    for (const id of info.topics) meet(id)
    info.on('topic', meet)
    connection.once('close', () => info.off('topic', meet))
  }

  #tell(swarm: Hyperswarm, fn: (topic: Topic) => void): void {
    if (swarm === this.#swarm) for (const topic of this.#topics.values()) fn(topic)
  }

  #find(id: Uint8Array): Topic | undefined {
    return this.#topics.get(b4a.toString(id, 'hex'))
  }
}

function infoOf(swarm: Hyperswarm, publicKey: Uint8Array): Hyperswarm.PeerInfo | undefined {
  return swarm.peers.get(b4a.toString(publicKey, 'hex'))
}

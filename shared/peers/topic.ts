import { EventEmitter } from 'bare-events'
import b4a from 'b4a'
import type Hyperswarm from 'hyperswarm'

type Events = { [Name in keyof Hyperswarm.Events]: Hyperswarm.Events[Name] }

/** One of its own, or a part of one that others have, too. */
export type Swarm = Hyperswarm | Topic

/**
 * One topic of a swarm that has several: to those who look for its peers, a swarm of their own. It has the
 * connections of peers that were found by this topic, or that ask for it.
 */
export class Topic extends EventEmitter<Events> {
  readonly topic: Uint8Array
  readonly connections = new Set<Hyperswarm.Connection>()
  readonly #onleave: () => void
  #swarm: Hyperswarm
  #session: Hyperswarm.Discovery | null = null

  constructor(swarm: Hyperswarm, topic: Uint8Array, onleave: () => void) {
    super()
    this.#swarm = swarm
    this.topic = topic
    this.#onleave = onleave
  }

  get dht(): Hyperswarm.DHT {
    return this.#swarm.dht
  }

  get keyPair(): Hyperswarm['keyPair'] {
    return this.#swarm.keyPair
  }

  get maxPeers(): number {
    return this.#swarm.maxPeers
  }

  /** Those of the swarm that were found by this topic. */
  get peers(): Map<string, Hyperswarm.PeerInfo> {
    return new Map([...this.#swarm.peers].filter(([, info]) => isFoundBy(info, this.topic)))
  }

  /** Whatever swarm it is in, now and later. */
  join(): Hyperswarm.Discovery {
    this.#session = this.#swarm.join(this.topic)
    return {
      flushed: () => this.#session!.flushed(),
      refresh: (options) => this.#session!.refresh(options),
      destroy: () => this.#session!.destroy()
    }
  }

  /** Goes over to another swarm. */
  move(swarm: Hyperswarm): void {
    this.#swarm = swarm
    if (this.#session) this.#session = swarm.join(this.topic)
  }

  /** The peer at the other side has to do with this topic. */
  meet(connection: Hyperswarm.Connection, info: Hyperswarm.PeerInfo): void {
    if (this.connections.has(connection)) return
    this.connections.add(connection)
    connection.once('close', () => this.connections.delete(connection))
    this.emit('connection', connection, info)
  }

  async flush(): Promise<boolean> {
    await this.#session?.flushed()
    return this.#swarm.flush()
  }

  /** Leaves the swarm, which goes on. */
  async destroy(): Promise<void> {
    this.#onleave()
    await this.#session?.destroy()
  }
}

/** Whether a peer was found by this topic. */
export function isFoundBy(info: Hyperswarm.PeerInfo, topic: Uint8Array): boolean {
  return info.topics.some((other) => b4a.equals(other, topic))
}

// What pearlog uses of hyperswarm 4, which ships no types.
declare module 'hyperswarm' {
  import type { EventEmitter } from 'bare-events'
  import type { Duplex } from 'streamx'

  namespace Hyperswarm {
    interface Node {
      host: string
      port: number
    }

    interface Options {
      /** 32 bytes; the same seed makes the same peer. */
      seed?: Uint8Array
      /** Where to enter the DHT; the public nodes when left out. */
      bootstrap?: Node[]
      /** DHT nodes known already. */
      nodes?: Node[]
      /** The public key of a relay, for peers that no hole punching reaches. */
      relayThrough?: Uint8Array
      /** A DHT that others use, too. */
      dht?: object
    }

    interface Connection extends Duplex {
      remotePublicKey: Uint8Array
      /** Of UDX; what came on the direct way. */
      rawStream: EventEmitter<{ 'remote-changed': [] }> & {
        packetsReceived: number
        /** What its packets go through; null until it is connected. */
        socket: { getRecvBufferSize(): number; setRecvBufferSize(bytes: number): void } | null
      }
      /** The Protomux, once something is replicated over it. */
      userData: { destroy(): void }
      /** Resolves when the other side has all that was written. */
      flush(): Promise<boolean>
    }

    /** What a swarm knows of a peer; it emits `topic` when it is found by one more. */
    interface PeerInfo extends EventEmitter<{ topic: [topic: Uint8Array] }> {
      /** What it was found by. */
      topics: Uint8Array[]
      /** It is to be connected to by its key. */
      explicit: boolean
    }

    interface Events {
      connection: [connection: Connection, info: PeerInfo]
      update: []
      /** Of pearlog's: see makeSwarm. */
      try: [connection: Connection, publicKey: Uint8Array]
      'network-update': []
    }

    interface Discovery {
      destroy(): Promise<void>
      /** Resolves when it has been announced, or could not be. */
      flushed(): Promise<boolean>
      refresh(opts?: { client?: boolean; server?: boolean }): Promise<boolean>
    }

    interface ConnectOptions {
      /** Gets what kind of NAT each side has; false leaves the hole punching. 1: none, 2: one port, 3: another port for each peer. */
      holepunch?: (there: number, here: number) => boolean
    }

    interface DHT extends EventEmitter<{ 'network-update': [] }> {
      /** DHT nodes that answered. */
      nodes: { length: number }
      online: boolean
      /** Where it is entered; a host may be `address@name`. */
      bootstrapNodes: Node[]
      stats: { requests: { total: number; responses: number } }
      /** Our address, as other nodes see it. */
      host: string | null
      port: number
      /** A NAT gives us another port for each peer. */
      randomized: boolean
      /** Errors of the connection have a code of HyperDHT. */
      connect(publicKey: Uint8Array, options?: ConnectOptions): Connection
      fullyBootstrapped(): Promise<void>
      /** `retries`: how often a node that does not answer is asked again. */
      query(what: unknown, options?: { retries?: number }): unknown
    }
  }

  class Hyperswarm extends EventEmitter<{
    [Name in keyof Hyperswarm.Events]: Hyperswarm.Events[Name]
  }> {
    constructor(opts?: Hyperswarm.Options)

    readonly dht: Hyperswarm.DHT
    readonly keyPair: { publicKey: Uint8Array; secretKey: Uint8Array }
    readonly connections: Set<Hyperswarm.Connection>
    /** Those who were found, by their public keys as hex. */
    readonly peers: Map<string, Hyperswarm.PeerInfo>
    /** It has no more connections than that. */
    maxPeers: number

    join(topic: Uint8Array, opts?: { client?: boolean; server?: boolean }): Hyperswarm.Discovery
    /** Connects to this peer, and again when it is lost; tries anew when it is called again. */
    joinPeer(publicKey: Uint8Array): void
    /** Can be connected to by its key. */
    listen(): Promise<void>
    /** Resolves when the first look-up is done, and everybody found was tried. */
    flush(): Promise<boolean>
    destroy(): Promise<void>
  }

  export default Hyperswarm
}

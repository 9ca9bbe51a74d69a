// What pearlog uses of hypercore 11, which ships no types.
declare module 'hypercore' {
  import type { EventEmitter } from 'bare-events'
  import type { Duplex, Readable } from 'streamx'

  namespace Hypercore {
    interface Options {
      /** How many requests one peer may have in flight: [at first, at most]. */
      inflightRange?: [number, number]
      /** Take blocks that a peer sends unasked. */
      allowPush?: boolean
    }

    /** What is looked at in what a peer sends, by the name of its handler. */
    interface Messages {
      onsync: { fork: number; length: number }
      onrequest: { fork: number; upgrade: { start: number; length: number } | null }
      ondata: { fork: number }
      onbitfield: { start: number; bitfield: Uint32Array }
      onrange: { start: number; length: number }
    }

    type Handlers = { [Name in keyof Messages]: (message: Messages[Name]) => unknown }

    interface Peer extends Handlers {
      /** The connection. */
      stream: Duplex
      /** Its requests that are not answered yet. */
      remoteRequests: { size: number }
      remotePublicKey: Uint8Array
      /** It has told its `remoteLength`. */
      remoteSynced: boolean
      remoteLength: number
      /** It has told that it holds all blocks before this one. */
      remoteContiguousLength: number
      /** It can prove whose log this is. */
      remoteHasManifest: boolean
      /** `drained` when nothing waits to be sent. */
      protomux: { drained: boolean }
      /** Sends a block unasked, if the peer allows that and does not have it. */
      push(index: number): Promise<void>
    }

    /** Where a core is on disk. */
    interface Storage {
      readonly path: string
    }

    interface Download {
      destroy(): void
      done(): Promise<unknown>
    }
  }

  class Hypercore extends EventEmitter<{
    append: []
    close: []
    download: [index: number]
    conflict: [length: number, fork: number, proof: unknown]
    'peer-add': [peer: Hypercore.Peer]
    'peer-remove': [peer: Hypercore.Peer]
    ready: []
    /** What a peer sent could not be verified, or not be kept. */
    'verification-error': [err: Error]
  }> {
    /** Without a key, an empty `storage` gets a new, writable core. */
    constructor(
      storage: string | Hypercore.Storage,
      key?: Uint8Array | null,
      opts?: Hypercore.Options
    )

    readonly key: Uint8Array
    readonly discoveryKey: Uint8Array
    readonly length: number
    /** How often it was truncated. */
    readonly fork: number
    /** Of all blocks together. */
    readonly byteLength: number
    readonly writable: boolean
    readonly keyPair: { publicKey: Uint8Array; secretKey: Uint8Array } | null
    readonly closing: Promise<void> | null
    readonly peers: Hypercore.Peer[]
    /** `_upgrade`: the requests for what is new in the log, if it waits for any. */
    readonly replicator: {
      _upgrade: { inflight: { peer: Hypercore.Peer }[] } | null
      /** Takes in what a peer sends of another fork. */
      _onreorgdata(peer: Hypercore.Peer, req: unknown, data: unknown): Promise<unknown>
    }
    /** `verify` takes in what a peer sends. */
    readonly core: { verify(proof: unknown, from: Hypercore.Peer): Promise<unknown> }

    /** `allowBackup`: whatever place it was in, and without its lock. */
    static defaultStorage(dir: string, opts: { allowBackup: boolean }): Hypercore.Storage
    static discoveryKey(key: Uint8Array): Uint8Array

    ready(): Promise<void>
    close(): Promise<void>
    session(): Hypercore
    append(blocks: Uint8Array | Uint8Array[]): Promise<{ length: number; byteLength: number }>
    get(index: number): Promise<Uint8Array>
    update(opts?: { wait?: boolean; force?: boolean }): Promise<boolean>
    findingPeers(): () => void
    download(range: { start: number; end: number; linear?: boolean }): Hypercore.Download
    createReadStream(opts?: { start?: number; live?: boolean }): Readable
    has(index: number): Promise<boolean>
    /** Over a connection; or, given who starts the handshake, over a new stream. */
    replicate(stream: Duplex | boolean): Duplex
    getUserData(key: string): Promise<Uint8Array | null>
    setUserData(key: string, value: Uint8Array | string): Promise<void>
  }

  export default Hypercore
}

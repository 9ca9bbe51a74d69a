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
      createIfMissing?: boolean
      writable?: boolean
      /** In place of a folder. */
      storage?: Storage
      /** Of a new core; its key is the hash of it. */
      manifest?: { version: number; signers: { publicKey: Uint8Array }[]; userData?: Uint8Array }
      /** Of a new core, to sign with. */
      keyPair?: KeyPair
      /** 32 bytes, to encrypt with. */
      encryptionKey?: Uint8Array
    }

    interface StorageOptions {
      readOnly?: boolean
      allowBackup?: boolean
      /** Of rocksdb-native, in bytes. */
      blobFileSize?: number
      writeBufferSize?: number
      /** A number of files. */
      maxOpenFiles?: number
      /** Which part of the blob files, the oldest, is written anew by and by. */
      blobGarbageCollectionAgeCutOff?: number
    }

    /** What is looked at in what a peer sends, by the name of its handler. */
    interface Messages {
      onsync: { fork: number; length: number }
      onrequest: { fork: number; upgrade: { start: number; length: number } | null }
      /** `request` is 0 when it was not asked for. */
      ondata: { fork: number; request: number; block?: { index: number } | null }
      onbitfield: { start: number; bitfield: Uint32Array }
      onrange: { start: number; length: number }
    }

    type Handlers = { [Name in keyof Messages]: (message: Messages[Name]) => unknown }

    /** Blocks that are asked for; `blocks`, if it is a list of them. */
    interface Range {
      start: number
      /** -1: no end. */
      end: number
      blocks: unknown
    }

    /** One of ours to a peer. */
    interface Request {
      id: number
    }

    interface BlockRequest {
      index: number
      inflight: Request[]
    }

    interface Peer extends Handlers {
      /** The connection; `publicKey` is our own in it, `flush` resolves when all that was written is received. */
      stream: Duplex & {
        publicKey: Uint8Array
        flush(): Promise<boolean>
        /** Of UDX; `rtt` in ms. */
        rawStream: { rtt: number }
      }
      /** How many of its requests are under way. */
      inflight: number
      _send(request: Request): Promise<void>
      /** How many requests it may have. */
      getMaxInflight(): number
      /** The same, of requests for what is under way from another peer. */
      getMaxHotswapInflight(): number
      syncsProcessing: number
      remoteFork: number
      /** It is gone. */
      removed: boolean
      /** The length cannot be proved to it, as far as is known. */
      _shouldUpdateCanUpgrade(): boolean
      /** Tells it the length. */
      sendSync(): void
      /** The same, once it can be proved. */
      signalUpgrade(): void
      /** The same, unless that is known already; nothing when the peer tells its own length meanwhile. */
      _updateCanUpgradeAndSync(): Promise<void>
      /** Tells it which blocks are here, or with `drop` are here no more. */
      broadcastRange(start: number, length: number, drop: boolean): void
      /** Asks it no more for these. */
      _clearLocalRange(start: number, length: number): void
      /** Asks for it; false when that cannot be. */
      _requestBlock(block: BlockRequest): boolean
      /** Asks for a block of the range; false when there is none that it could ask for. */
      _requestRange(range: Range): boolean
      _requestRangeBlock(index: number, length: number): boolean
      /** The first block from `index` on that it has, and that is not here, nor under way; or -1. */
      _findNext(index: number): number
      _getValidEnd(end: number): number
      _remoteHasBlock(index: number): boolean
      /** Its requests that are not answered yet. */
      remoteRequests: { size: number }
      remotePublicKey: Uint8Array
      /** It takes blocks unasked. */
      remoteAllowPush: boolean
      /** It wants blocks. */
      remoteDownloading: boolean
      /** It has told its `remoteLength`. */
      remoteSynced: boolean
      remoteLength: number
      /** It has told that it holds all blocks before this one. */
      remoteContiguousLength: number
      /** The blocks that it has told to hold. */
      remoteBitfield: {
        get(index: number): boolean
        /** From there on; -1 when there is none. */
        findFirst(has: boolean, index: number): number
      }
      /** It can prove whose log this is. */
      remoteHasManifest: boolean
      /** `drained` when nothing waits to be sent; `publicKey` is our own in the connection. */
      protomux: Protomux
      /** Sends a block unasked, if the peer allows that and does not have it. */
      push(index: number): Promise<void>
    }

    /** Of rocksdb-native. */
    interface Database {
      /** The write-ahead log that is written now: `number` is its name, without zeros and `.log`. */
      currentWalFile(): Promise<{ number: number }>
      /** Into tables, and begins another write-ahead log. */
      flush(): Promise<void>
      /** Drops what is deleted, of all keys. */
      compactRange(start: null, end: null, opts: Record<string, number>): Promise<void>
      /** As RocksDB names it; a number for some names. */
      getProperty(name: string): Promise<unknown>
    }

    /** Internal: what reads from the database. */
    interface Reads {
      getBlock(index: number): Promise<Uint8Array | null>
      getTreeNode(index: unknown): Promise<unknown>
      getUserData(key: unknown): Promise<unknown>
      destroy(): void
      getBitfieldPage(index: unknown): Promise<unknown>
      /** Has what was asked for come. */
      tryFlush(): void
    }

    /** Messages of our own between peers of a core. */
    interface Extension {
      send(message: Uint8Array, peer: Peer): void
    }

    interface KeyPair {
      publicKey: Uint8Array
      secretKey: Uint8Array
    }

    /** What the key is the hash of: who signs the log. */
    interface Manifest {
      signers: { publicKey: Uint8Array }[]
      userData: Uint8Array | null
    }

    /** Where a core is on disk, or several are. */
    interface Storage {
      readonly path: string
      readonly db: Database
      readonly closed: boolean
      /** Of the core in it that is opened without a key; null when it is new. */
      getDefaultDiscoveryKey(): Promise<Uint8Array | null>
      ready(): Promise<void>
      close(): Promise<void>
      /** 32 bytes for whoever has all cores. */
      getSeed(): Promise<Uint8Array | null>
      setSeed(seed: Uint8Array): Promise<unknown>
    }

    interface Download {
      destroy(): void
      done(): Promise<unknown>
    }
  }

  class Hypercore extends EventEmitter<{
    append: []
    close: []
    download: [
      index: number,
      byteLength: number,
      peer: Hypercore.Peer,
      request: Hypercore.Request | null
    ]
    conflict: [length: number, fork: number, proof: unknown]
    /** A copy has the manifest now. */
    manifest: []
    'peer-add': [peer: Hypercore.Peer]
    'peer-remove': [peer: Hypercore.Peer]
    ready: []
    upload: [index: number, byteLength: number, peer: Peer]
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
    /** All blocks before this one are here. */
    readonly contiguousLength: number
    /** How often it was truncated. */
    readonly fork: number
    /** Of all blocks together. */
    readonly byteLength: number
    readonly writable: boolean
    readonly opened: boolean
    readonly keyPair: Hypercore.KeyPair | null
    /** A copy has it from the first proof on. */
    readonly manifest: Hypercore.Manifest | null
    /** How `append` encrypts and `get` decrypts, if they do; `key` as it was given. */
    readonly encryption: { key: Uint8Array } | null
    readonly closing: Promise<void> | null
    readonly peers: Hypercore.Peer[]
    /** `_upgrade`: the requests for what is new in the log, if it waits for any. */
    readonly replicator: {
      _upgrade: { inflight: { peer: Hypercore.Peer }[] } | null
      /** Takes in what a peer sends of another fork. */
      _onreorgdata(peer: Hypercore.Peer, req: unknown, data: unknown): Promise<unknown>
      setInflightRange(min: number, max: number): void
      /** How many messages were sent that tell of the length, and that ask for something. */
      stats: { wireSync: { tx: number }; wireRequest: { tx: number } }
      /** Tells peers that the log is longer. */
      onupgrade(): void
      /** Tells peers of blocks that are here. */
      onhave(start: number, length: number, drop?: boolean): void
      readonly peers: Hypercore.Peer[]
      readonly _ranges: Hypercore.Range[]
      readonly _blocks: {
        get(index: number): Hypercore.BlockRequest | null
        isEmpty(): boolean
      }
      updatePeer(peer: Hypercore.Peer): void
    }

    /**
     * Internal. `verify` takes in what a peer sends; `flush` writes what is to be appended, before the
     * length changes and peers are told.
     */
    readonly core: {
      verify(proof: unknown, from: Hypercore.Peer): Promise<unknown>
      readonly state: {
        readonly length: number
        flush(): Promise<boolean>
        createWriteBatch(): object
        /** Of the trees that the log is: `size` is in bytes. */
        readonly roots: { index: number; size: number }[]
      }
      /** The blocks that are here. `findFirst` returns -1 when none is set from there on. */
      readonly bitfield: {
        get(index: number): boolean
        findFirst(value: boolean, index: number): number
      }
      readonly storage: {
        readonly db: Hypercore.Database
        read(fork?: number): Hypercore.Reads
      }
    }

    /**
     * The database in a folder. With `readOnly`, it is neither locked nor written; with `allowBackup`, it is
     * opened whatever place it was in, and without its lock.
     */
    static defaultStorage(dir: string, opts: Hypercore.StorageOptions): Hypercore.Storage
    static discoveryKey(key: Uint8Array): Uint8Array
    /** Makes ready a connection for cores; `ondiscoverykey` gets those that the other side asks for. */
    static createProtocolStream(
      connection: Duplex,
      opts: { ondiscoverykey: (discoveryKey: Uint8Array) => void }
    ): Duplex

    ready(): Promise<void>
    close(): Promise<void>
    /** 32 bytes; those of later sessions, too. */
    setEncryptionKey(key: Uint8Array): Promise<void>
    /** Bytes before each block that are for encryption. */
    readonly padding: number
    /** `weak`: it does not keep the core open. `encodeBatch` makes blocks with room for the padding. */
    session(opts?: {
      weak?: boolean
      encodeBatch?: (blocks: Uint8Array[]) => Uint8Array[]
    }): Hypercore
    registerExtension(
      name: string,
      handlers: { onmessage: (message: Uint8Array, peer: Hypercore.Peer) => void }
    ): Hypercore.Extension
    append(blocks: Uint8Array | Uint8Array[]): Promise<{ length: number; byteLength: number }>
    get(index: number): Promise<Uint8Array>
    /** Forgets a block of its own, or those before `end`, and tells peers. */
    clear(index: number, end?: number): Promise<unknown>
    update(opts?: { wait?: boolean; force?: boolean }): Promise<boolean>
    findingPeers(): () => void
    /** `end` -1: also those to come. */
    download(range: { start: number; end: number; linear?: boolean }): Hypercore.Download
    createReadStream(opts?: { start?: number; live?: boolean }): Readable
    has(index: number): Promise<boolean>
    /** How many blocks are here, of those from `start` to before `end`. */
    count(start: number, end: number): Promise<number>
    /** The block that has this byte, and where in it; peers are asked when that is not known here. */
    /** Fails when that takes longer than `timeout` ms. */
    seek(byte: number, opts?: { timeout?: number }): Promise<[index: number, offset: number]>
    /** Over a connection; or, given who starts the handshake, over a new stream. */
    replicate(stream: Duplex | boolean): Duplex
    getUserData(key: string): Promise<Uint8Array | null>
    setUserData(key: string, value: Uint8Array | string): Promise<void>
  }

  export default Hypercore
}

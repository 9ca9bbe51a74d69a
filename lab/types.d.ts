// What the tests use of packages that ship no types.

interface ImportMeta {
  dirname: string
}

declare module 'brittle' {
  export interface Test {
    is<T>(actual: T, expected: T, message?: string): void
    alike<T>(actual: T, expected: T, message?: string): void
    ok(value: unknown, message?: string): void
    absent(value: unknown, message?: string): void
    pass(message?: string): void
    fail(message?: string): void
    comment(message: string): void
    exception(promise: Promise<unknown>, expected: RegExp, message?: string): Promise<void>
    teardown(fn: () => unknown, opts?: { order?: number }): void
    /** A fresh folder, removed with the test. */
    tmp(): Promise<string>
  }

  type Run = (t: Test) => unknown
  export default function test(name: string, fn: Run): void
  export default function test(name: string, opts: { skip?: boolean }, fn: Run): void
}

declare module '@hyperswarm/testnet' {
  interface Testnet {
    bootstrap: { host: string; port: number }[]
    destroy(): Promise<void>
  }

  export default function createTestnet(
    size: number,
    opts?: { host?: string; port?: number; teardown?: (fn: () => unknown) => void }
  ): Promise<Testnet>
}

declare module 'pear-api' {
  /** The class of Pear 2's global. */
  const API: new (
    ipc: { ref(): void; unref(): void },
    state: { config: PearConfig; key: null }
  ) => object
  export default API
}

declare module 'hyperdht' {
  import type { Duplex } from 'streamx'

  namespace DHT {
    interface KeyPair {
      publicKey: Uint8Array
      secretKey: Uint8Array
    }
    /** One of UDX, below the encryption. */
    interface RawStream extends Duplex {
      readonly connected: boolean
      readonly socket: object
      readonly remotePort: number
      readonly remoteHost: string
      connect(socket: object, remoteId: number, remotePort: number, remoteHost: string): void
      relayTo(other: RawStream): void
      once(event: 'connect', fn: () => void): this
      once(event: string, fn: () => void): this
    }
  }

  class DHT {
    constructor(opts: {
      ephemeral?: boolean
      firewalled?: boolean
      host?: string
      bootstrap: { host: string; port: number }[]
    })
    fullyBootstrapped(): Promise<void>
    readonly host: string | null
    static keyPair(): DHT.KeyPair
    createServer(
      opts: { shareLocalAddress: boolean },
      onconnection: (connection: Duplex & { remotePublicKey: Uint8Array }) => void
    ): { listen(keyPair: DHT.KeyPair): Promise<void> }
    createRawStream(opts?: object): DHT.RawStream
    connect(
      publicKey: Uint8Array,
      opts: { keyPair: DHT.KeyPair }
    ): Duplex & {
      publicKey: Uint8Array
      rawStream: DHT.RawStream
      /** The Protomux, once something is replicated over it. */
      userData: { destroy(): void }
    }
    /** Who announces themselves under a topic. */
    lookup(topic: Uint8Array): AsyncIterable<{ peers: { publicKey: Uint8Array }[] }>
    announce(topic: Uint8Array, keyPair: DHT.KeyPair, relays: []): { finished(): Promise<void> }
    destroy(): Promise<void>
  }

  export default DHT
}

declare module 'blind-relay' {
  import type { Duplex } from 'streamx'

  interface Session {
    on(event: 'error', fn: (err: Error) => void): void
    /** Two peers with one token are here. */
    on(event: 'pair', fn: (isInitiator: boolean) => void): void
  }

  export class Server {
    constructor(opts: { createStream: (opts: object) => object })
    accept(connection: Duplex, opts: { id: Uint8Array }): Session
  }

  export class Client {
    static from(connection: Duplex, opts: { id: Uint8Array }): Client
    /** Gives the id of the stream at the relay, once the other one is there. */
    pair(
      isInitiator: boolean,
      token: Uint8Array,
      stream: object
    ): { on(event: 'data', fn: (remoteId: number) => void): void }
  }

  /** What two who are to be paired have in common. */
  export function token(): Uint8Array
}

declare module 'blind-peer' {
  export default class BlindPeer {
    constructor(
      folder: string,
      opts: { bootstrap: { host: string; port: number }[]; maxBytes?: number }
    )
    readonly publicKey: Uint8Array
    listen(): Promise<void>
    addTrustedPubKey(key: string): void
    on(event: 'add-core', fn: (record: { announce: boolean }) => void): void
    on(event: 'gc-done', fn: () => void): void
    close(): Promise<void>
  }
}

declare module 'hyperdrive' {
  import type Corestore from 'corestore'
  import type Hypercore from 'hypercore'

  export default class Hyperdrive {
    /** Without a key it is a new one. */
    constructor(store: Corestore)
    readonly key: Uint8Array
    readonly core: Hypercore
    ready(): Promise<void>
    put(file: string, content: Uint8Array, opts?: { executable?: boolean }): Promise<void>
    /** What the files are made of. */
    getBlobs(): Promise<{ core: Hypercore }>
  }
}

declare module 'hyperbeam' {
  import type DHT from 'hyperdht'
  import { Duplex, type DuplexEvents } from 'streamx'

  export default class Hyperbeam extends Duplex<DuplexEvents & { 'remote-address': [] }> {
    constructor(opts: { announce: boolean; dht: DHT })
    constructor(key: string, opts: { dht: DHT })
    readonly key: string
  }
}

declare module '*/package.json' {
  const pkg: { version: string }
  export default pkg
}

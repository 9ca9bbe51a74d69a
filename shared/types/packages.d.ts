// What pearlog uses of small packages that ship no types.

interface ImportMeta {
  url: string
}

declare module 'events' {
  export { EventEmitter } from 'bare-events'
}

declare module 'fs-native-extensions' {
  /** Locks all of a file until `fd` is closed; false when somebody else's lock is in the way. */
  export function tryLock(fd: number, opts: { shared: boolean }): boolean
  /** Locks `length` bytes of it, which need not be there. */
  export function tryLock(
    fd: number,
    offset: number,
    length: number,
    opts: { shared: boolean }
  ): boolean
}

declare module 'hypercore-crypto' {
  export function randomBytes(size: number): Uint8Array
  /** BLAKE2b, 32 bytes, or as many as `out` has. */
  export function hash(data: Uint8Array | Uint8Array[], out?: Uint8Array): Uint8Array
  /** Of Ed25519; a new one. */
  export function keyPair(): { publicKey: Uint8Array; secretKey: Uint8Array }
  /** Ed25519: 64 bytes. */
  export function sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array
  /** False, too, for what is no signature. */
  export function verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean
}

declare module 'sodium-universal' {
  /** BLAKE2b in pieces: `state` of STATEBYTES, a digest of `size` bytes. */
  const sodium: {
    crypto_generichash_STATEBYTES: number
    crypto_generichash_init(state: Uint8Array, key: null, size: number): void
    crypto_generichash_update(state: Uint8Array, data: Uint8Array): void
    crypto_generichash_final(state: Uint8Array, digest: Uint8Array): void
  }
  export default sodium
}

declare module 'hypercore-id-encoding' {
  /** 32 bytes as 52 z-base-32 characters. */
  export function encode(key: Uint8Array): string
  /** 52 z-base-32 characters or 64 hex digits as 32 bytes; throws on anything else. */
  export function decode(id: string): Uint8Array
}

declare module 'tiny-byte-size' {
  /** `1.2MB`, and the like. */
  function byteSize(bytes: number): string
  namespace byteSize {
    function perSecond(bytes: number): string
  }
  export default byteSize
}

declare module 'fd-lock' {
  /** Of the file that is open as `fd`, which it closes in the end. */
  export default class FDLock {
    constructor(fd: number)
    /** Rejects when another process has the lock. */
    ready(): Promise<void>
    close(): Promise<void>
  }
}

declare module 'safety-catch' {
  /** Rethrows programmer errors (TypeError, RangeError, ...) in the next tick, and drops the rest. */
  export default function safetyCatch(err: unknown): void
}

declare module '#manifest' {
  const pkg: Record<'name' | 'version' | 'description' | 'license', string> & {
    /** The pear:// link that new versions of the executable come from, set by those who deploy it. */
    upgrade?: string
  }
  export default pkg
}

declare module 'blind-peer-muxer' {
  import type { Duplex } from 'streamx'

  interface Cores {
    cores: { key: Uint8Array; length: number }[]
    referrer: Uint8Array | null
    priority: number
    announce: boolean
  }

  /** A channel of Protomux to a blind peer. */
  export default class BlindPeerChannel {
    constructor(
      connection: Duplex,
      opts: { oncores: (cores: Cores) => void; onopen: () => void; onclose: () => void }
    )
    /** Asks the blind peer to keep these. */
    addCores(cores: Cores): boolean
  }
}

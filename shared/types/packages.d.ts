// What pearlog uses of small packages that ship no types.

interface ImportMeta {
  url: string
}

declare module 'events' {
  export { EventEmitter } from 'bare-events'
}

declare module 'hypercore-crypto' {
  export function randomBytes(size: number): Uint8Array
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
  const pkg: Record<'name' | 'version' | 'description' | 'license', string> & { bin: object }
  export default pkg
}

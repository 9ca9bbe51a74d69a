import b4a from 'b4a'
import sodium from 'sodium-universal'

const SIZE = 32 // bytes, of the digest

/** How many bytes there are, and their digest, for people to compare at both ends. */
export class Sum {
  bytes = 0
  readonly #state = b4a.alloc(sodium.crypto_generichash_STATEBYTES)
  #text: string | null = null

  constructor() {
    sodium.crypto_generichash_init(this.#state, null, SIZE)
  }

  /** Counts these bytes in, after those before; not after `text`. */
  add(bytes: Uint8Array): void {
    this.bytes += bytes.byteLength
    sodium.crypto_generichash_update(this.#state, bytes)
  }

  /** `5 bytes, digest <64 hex digits>`: BLAKE2b, as `b2sum -l 256` prints it. */
  get text(): string {
    this.#text ??= `${this.bytes} bytes, digest ${this.#final()}`
    return this.#text
  }

  #final(): string {
    const digest = b4a.alloc(SIZE)
    sodium.crypto_generichash_final(this.#state, digest)
    return b4a.toString(digest, 'hex')
  }
}

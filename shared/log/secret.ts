import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { hash } from 'hypercore-crypto'

// What is hashed with the same function for another purpose begins with other words.
const SECRET = b4a.from('pearlog: the secret of an encrypted log')
const HASH = b4a.from('pearlog: the hash of a secret')
const SIZE = 32 // bytes
const HASH_SIZE = 16 // bytes

/**
 * The secret of the log that is signed with this key pair: BLAKE2b of its secret key, 32 bytes. So it is kept, and
 * moved, with the core itself, and there is no moment at which a log is there and its secret is not.
 */
export function secretOf({ secretKey }: Hypercore.KeyPair): Uint8Array {
  return hash([SECRET, secretKey], b4a.alloc(SIZE))
}

/** BLAKE2b, 16 bytes, by which a reader knows the secret. */
export function hashSecret(secret: Uint8Array): Uint8Array {
  return hash([HASH, secret], b4a.alloc(HASH_SIZE))
}

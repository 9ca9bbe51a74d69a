import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { UsageError } from './errors.js'
import { kindOf } from './kind.js'
import { hashSecret, secretOf } from './secret.js'

/**
 * Has `append` encrypt and `get` decrypt from now on, on `core` and its later sessions: Hypercore does both, and
 * all else, as what peers get, stays cipher text. The log's own writer knows the secret; a copy is given it.
 * Throws a UsageError when it is known that the secret is not this log's.
 */
export async function decrypt(core: Hypercore, given: Uint8Array | null): Promise<void> {
  const isEncrypted = kindOf(core)?.secretHash
  const own = isEncrypted && core.writable && core.keyPair ? secretOf(core.keyPair) : null
  const secret = given ?? own
  if (secret) await core.setEncryptionKey(secret)
  requireReadable(core)
}

/**
 * Throws a UsageError when `core` does not decrypt as its kind has it, and a Failure when the kind is unknown to
 * this pearlog. Before the first proof that a copy gets, nothing is known: to be called again with each block.
 */
export function requireReadable(core: Hypercore): void {
  const kind = kindOf(core)
  if (!kind) return
  const secret = core.encryption?.key
  if (!kind.secretHash) {
    if (!secret) return
    throw new UsageError(
      'this log is not encrypted, and its key has no secret: give the first half of this key alone'
    )
  }
  if (!secret) {
    throw new UsageError(
      'this log is encrypted, and this key has no secret: ask its writer for the whole key, of 128 hex digits, to read it; or keep it for others, unread, with --mirror'
    )
  }
  if (b4a.equals(hashSecret(secret), kind.secretHash)) return
  throw new UsageError(
    'the secret in this key, its second half, is not the one of this log: ask its writer for the key again'
  )
}

/** The key that reads all of the log: with the secret, where there is one. */
export function wholeKey({ key, encryption }: Hypercore): Uint8Array {
  return encryption ? b4a.concat([key, encryption.key]) : key
}

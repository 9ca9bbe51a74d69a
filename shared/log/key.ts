import b4a from 'b4a'
import { decode, encode } from 'hypercore-id-encoding'
import { UsageError } from './errors.js'

const SIZE = 32 // bytes, of a core's key, and of a secret
const [HEX, Z32] = [64, 52] // characters, of either

/**
 * The 32 bytes of a key written as 64 hex digits or 52 z-base-32 characters, with `pear://` before it or
 * not, and white space around it. The key of an encrypted log is twice as long: 64 bytes, with the secret after
 * the core's key (see `splitKey`). Throws a UsageError, which does not repeat the key: it may be a good one with
 * a slip.
 */
export function parseKey(text: string): Uint8Array {
  const id = text
    .trim()
    .replace(/^hypercore key: /, '') // the writer's first line
    .replace(/^pear:\/\/(.*?)\/?$/i, '$1')
  const size = [HEX, Z32].find((each) => id.length === each || id.length === 2 * each)
  if (size === undefined) {
    throw notAKey(`this has ${id.length} characters`)
  }
  const parts = [id.slice(0, size), id.slice(size)].filter((part) => part !== '')
  return b4a.concat(parts.map(parsePart))
}

function parsePart(id: string): Uint8Array {
  let key: Uint8Array
  try {
    key = decode(id)
  } catch {
    throw notAKey('this has characters that do not belong there')
  }
  // 52 z-base-32 characters hold 4 bits more than a key: a slip in the last one would go unnoticed.
  if (id.length === Z32 && encode(key) !== id) throw notAKey('the end of this one is not right')
  return key
}

/** The core's key, and the secret of an encrypted log when `key` has it: 32 bytes each. */
export function splitKey(key: Uint8Array): { key: Uint8Array; secret: Uint8Array | null } {
  const secret = key.byteLength > SIZE ? key.subarray(SIZE) : null
  return { key: key.subarray(0, SIZE), secret }
}

/** As 64 hex digits; with a secret, as 128. */
export function formatKey(key: Uint8Array): string {
  return b4a.toString(key, 'hex')
}

/** As 52 z-base-32 characters; with a secret, as 104. */
export function formatZ32(key: Uint8Array): string {
  const { key: own, secret } = splitKey(key)
  return encode(own) + (secret ? encode(secret) : '')
}

/** Whether two keys, with a secret or not, are of one log. */
export function isSameLog(a: Uint8Array, b: Uint8Array): boolean {
  return b4a.equals(splitKey(a).key, splitKey(b).key)
}

function notAKey(why: string): UsageError {
  return new UsageError(
    `not a key: a key is 64 hex digits or 52 z-base-32 characters (of an encrypted log 128 or 104), as the writer prints it, and ${why}`
  )
}

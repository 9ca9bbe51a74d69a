import b4a from 'b4a'
import { decode, encode } from 'hypercore-id-encoding'
import { UsageError } from './errors.js'

/**
 * The 32 bytes of a key written as 64 hex digits or 52 z-base-32 characters, with `pear://` before it or
 * not, and white space around it. Throws a UsageError, which does not repeat the key: it may be a good one
 * with a slip.
 */
export function parseKey(text: string): Uint8Array {
  const id = text
    .trim()
    .replace(/^hypercore key: /, '') // the writer's first line
    .replace(/^pear:\/\/(.*?)\/?$/i, '$1')
  if (id.length !== 64 && id.length !== 52) {
    throw notAKey(`this has ${id.length} characters`)
  }
  let key: Uint8Array
  try {
    key = decode(id)
  } catch {
    throw notAKey('this has characters that do not belong there')
  }
  // 52 z-base-32 characters hold 4 bits more than a key: a slip in the last one would go unnoticed.
  if (id.length === 52 && encode(key) !== id) throw notAKey('the end of this one is not right')
  return key
}

/** As 64 hex digits. */
export function formatKey(key: Uint8Array): string {
  return b4a.toString(key, 'hex')
}

/** As 52 z-base-32 characters. */
export function formatZ32(key: Uint8Array): string {
  return encode(key)
}

function notAKey(why: string): UsageError {
  return new UsageError(
    `not a key: a key is 64 hex digits or 52 z-base-32 characters, as the writer prints it, and ${why}`
  )
}

import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { keyPair as newKeyPair } from 'hypercore-crypto'
import { Failure, UsageError } from './errors.js'
import { hashSecret, secretOf } from './secret.js'

const MAGIC = b4a.from('pearlog')
const VERSION = 1
const [COMPRESSED, ENCRYPTED] = [1, 2] // flags
const HASH_SIZE = 16 // bytes

/** What the blocks of a log are. It is hashed into the key, and never changes. */
export interface Kind {
  /** Each block is a gzip member. */
  compressed: boolean
  /** 16 bytes, of the secret of an encrypted log; null when it is not encrypted. */
  secretHash: Uint8Array | null
}

/** What a new log is to be. */
export interface Wish {
  compressed?: boolean
  encrypted?: boolean
}

/** Blocks are the bytes themselves: as in all logs of 0.1.0, and of other programs. */
export const PLAIN: Kind = { compressed: false, secretHash: null }

/** The `userData` of the manifest: the magic word, the version, the flags, and what these announce. */
export function encodeKind({ compressed, secretHash }: Kind): Uint8Array {
  const flags = (compressed ? COMPRESSED : 0) | (secretHash ? ENCRYPTED : 0)
  return b4a.concat([MAGIC, b4a.from([VERSION, flags]), secretHash ?? b4a.alloc(0)])
}

/** Of a `userData` that is not pearlog's, or none: PLAIN. Throws a Failure when a newer pearlog made it. */
export function decodeKind(userData: Uint8Array | null): Kind {
  const start = MAGIC.byteLength
  if (!userData || !b4a.equals(userData.subarray(0, start), MAGIC)) return PLAIN
  const [version, flags = -1] = userData.subarray(start)
  const hash = userData.subarray(start + 2)
  const isEncrypted = (flags & ENCRYPTED) !== 0
  const isKnown = version === VERSION && (flags & ~(COMPRESSED | ENCRYPTED)) === 0
  if (!isKnown || hash.byteLength !== (isEncrypted ? HASH_SIZE : 0)) {
    throw new Failure(
      'this log is of a kind that this pearlog does not know: a newer pearlog is needed for it'
    )
  }
  return { compressed: (flags & COMPRESSED) !== 0, secretHash: isEncrypted ? hash : null }
}

const kinds = new WeakMap<Hypercore.Manifest, Kind>() // asked for with each block

/** The kind of a log; null while its manifest is not known: before the first proof that a copy gets. */
export function kindOf({ manifest }: Hypercore): Kind | null {
  if (!manifest) return null
  const kind = kinds.get(manifest) ?? decodeKind(manifest.userData)
  kinds.set(manifest, kind)
  return kind
}

/** For people: `plain`, `compressed`, and the like; `newer` than this pearlog; null when it is not known. */
export function kindName(core: Hypercore): string | null {
  try {
    const kind = kindOf(core)
    if (!kind) return null
    const words = [kind.compressed ? 'compressed' : '', kind.secretHash ? 'encrypted' : '']
    return words.filter((word) => word !== '').join(', ') || 'plain'
  } catch {
    return 'newer'
  }
}

/** How a Hypercore is made, and where. */
export type Made = Pick<Hypercore.Options, 'keyPair' | 'manifest' | 'storage'>

/** How a new log of this kind is made. A plain one is as Hypercore makes it, and as in 0.1.0. */
export function madeOf({ compressed = false, encrypted = false }: Wish): Made {
  if (!compressed && !encrypted) return {}
  const keyPair = newKeyPair()
  const { publicKey } = keyPair
  const secretHash = encrypted ? hashSecret(secretOf(keyPair)) : null
  const userData = encodeKind({ compressed, secretHash })
  return { keyPair, manifest: { version: 2, signers: [{ publicKey }], userData } }
}

/** Throws a UsageError when what is asked for is not what the log in `dir` is. */
export function requireKind(core: Hypercore, asked: Wish, dir: string): void {
  const kind = kindOf(core)!
  const missing = [
    ...(asked.compressed && !kind.compressed ? ['compressed'] : []),
    ...(asked.encrypted && !kind.secretHash ? ['encrypted'] : [])
  ].join(' and ')
  if (missing === '') return
  throw new UsageError(
    `the log in ${dir} is not ${missing}, and stays as it is: begin a new one with --log NAME`
  )
}

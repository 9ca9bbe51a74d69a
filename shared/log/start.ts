import type Hypercore from 'hypercore'
import { requireReadable } from './encryption.js'
import type { Failure } from './errors.js'
import type { Position } from './position.js'
import { findTail, type Place } from './tail.js'
import { waitAtMost } from './timeout.js'

const TRY_TIMEOUT = 10_000 // ms

/** What those who have the log said: its length, and why there was no answer when there was none in time. */
export interface Contact {
  length: number
  failure: Failure | null
}

/** Who has which blocks. */
interface Others {
  /** Resolves when all who could be found have been asked. */
  triedAll(): Promise<void>
  readonly oldest: {
    /**
     * The first block that anybody here has; 0 when that does not become known. Another one only when it is
     * `complete`, or that takes too long.
     */
    first(complete?: () => boolean): Promise<number>
  }
  /** Who is here. */
  readonly company: { writer: boolean }
}

interface Wish {
  /** The index of a block, or `oldest`: of the first one that anybody here has. */
  from: number | 'oldest' | null
  /** A number of lines. */
  tail: number | null
  position: Position
  /** Milliseconds to wait for a block that is needed to find the tail. */
  patience: number
  others: Others
}

/**
 * Where to begin: as wished, or at the position, or on a first run after what the log holds when contact has
 * been made.
 */
export async function findStart(
  core: Hypercore,
  contact: Promise<Contact>,
  { from, tail, position, patience, others }: Wish
): Promise<Place> {
  if (from === 'oldest') {
    const { length, failure } = await contact
    if (failure && length === 0) throw failure
    requireReadable(core)
    await waitAtMost(TRY_TIMEOUT, others.triedAll())
    // A reader may have a part of it, and be found before the writer.
    const start = await others.oldest.first(() => others.company.writer)
    return { start, offset: 0 }
  }
  if (from !== null && core.encryption && !core.manifest) {
    await contact // so that a wrong secret is known before anything is printed
    requireReadable(core)
  }
  if (from !== null) return { start: from, offset: 0 }
  if (tail !== null) {
    const { length, failure } = await contact
    requireReadable(core)
    const first = await others.oldest.first()
    return findTail(core, tail, { length, patience, first }).catch((err: unknown) => {
      throw failure ?? err
    })
  }
  if (position.saved) return position.saved
  const { length, failure } = await contact
  if (failure) throw failure
  requireReadable(core)
  await position.begin({ start: length, offset: 0 })
  return { start: length, offset: 0 }
}

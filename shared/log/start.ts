import type Hypercore from 'hypercore'
import type { Failure } from './errors.js'
import { loadPosition, savePosition } from './position.js'
import { findTail, type Place } from './tail.js'

/** What those who have the log said: its length, and why there was no answer when there was none in time. */
export interface Contact {
  length: number
  failure: Failure | null
}

interface Wish {
  /** The index of a block. */
  from: number | null
  /** A number of lines. */
  tail: number | null
  /** Milliseconds to wait for a block that is needed to find the tail. */
  patience: number
}

/**
 * Where to begin: as wished, or after the last block that was shown from this copy, or on a copy's first
 * time after what the log holds when contact has been made.
 */
export async function findStart(
  core: Hypercore,
  contact: Promise<Contact>,
  { from, tail, patience }: Wish
): Promise<Place> {
  if (from !== null) return { start: from, offset: 0 }
  if (tail !== null) {
    const { length, failure } = await contact
    return findTail(core, tail, { length, patience }).catch((err: unknown) => {
      throw failure ?? err
    })
  }
  const shown = await loadPosition(core)
  if (shown !== null) return { start: shown, offset: 0 }
  const { length, failure } = await contact
  if (failure) throw failure
  await savePosition(core, length)
  return { start: length, offset: 0 }
}

/** Has a copy's first time begin at `start`, so that the next time is not the first, though nothing is shown. */
export async function rememberStart(core: Hypercore, start: number): Promise<void> {
  if ((await loadPosition(core)) === null) await savePosition(core, start)
}

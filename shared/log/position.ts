import b4a from 'b4a'
import { storageFailure, type Failure } from './errors.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { findTail, type Place } from './tail.js'

const POSITION = 'position'

/** What the peers said: the log's length, and why there was no answer when there was none in time. */
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
  log: ReplicatedCore,
  contact: Promise<Contact>,
  { from, tail, patience }: Wish
): Promise<Place> {
  if (from !== null) return { start: from, offset: 0 }
  if (tail !== null) {
    const { length } = await contact
    return findTail(log.core, tail, { length, patience })
  }
  const shown = await loadPosition(log)
  if (shown !== null) return shown
  const { length, failure } = await contact
  if (failure) throw failure
  const place = { start: length, offset: 0 }
  await savePosition(log, place)
  return place
}

/** Has a copy's first time begin at `start`, so that the next time is not the first, though nothing is shown. */
export async function rememberStart(log: ReplicatedCore, start: Place): Promise<void> {
  if ((await loadPosition(log)) === null) await savePosition(log, start)
}

async function loadPosition(log: ReplicatedCore): Promise<Place | null> {
  const position = await log.core.getUserData(POSITION)
  if (!position) return null
  const [start, offset = 0] = b4a.toString(position).split('+').map(Number)
  return { start: start!, offset }
}

/**
 * Keeps it as `25`, or `25+130` when 130 bytes of block 25 were shown, too. Throws a Failure that names the
 * folder.
 */
export async function savePosition(log: ReplicatedCore, { start, offset }: Place): Promise<void> {
  const position = offset > 0 ? `${start}+${offset}` : String(start)
  try {
    await log.core.setUserData(POSITION, b4a.from(position))
  } catch (err) {
    throw storageFailure(err, log.dir)
  }
}

import b4a from 'b4a'
import { storageFailure } from './errors.js'
import type { ReplicatedCore } from './replicated-core.js'
import { findTail, type Place } from './tail.js'

const POSITION = 'position'

interface Wish {
  /** The index of a block. */
  from?: number | null
  /** A number of lines. */
  tail?: number | null
}

/**
 * Where to begin: as wished, or after the last block that was shown from this copy, or on a copy's first
 * time after what the log holds when `contact` with somebody who knows it has been made.
 */
export async function findStart(
  log: ReplicatedCore,
  contact: Promise<void>,
  { from = null, tail = null }: Wish
): Promise<Place> {
  if (from !== null) return { start: from, offset: 0 }
  if (tail !== null) {
    await contact
    return findTail(log.core, tail)
  }
  const shown = await loadPosition(log)
  if (shown !== null) return { start: shown, offset: 0 }
  await contact
  const { length } = log.core
  await savePosition(log, length)
  return { start: length, offset: 0 }
}

async function loadPosition(log: ReplicatedCore): Promise<number | null> {
  const position = await log.core.getUserData(POSITION)
  return position && Number(b4a.toString(position))
}

/** Throws a Failure that names the folder. */
export async function savePosition(log: ReplicatedCore, position: number): Promise<void> {
  try {
    await log.core.setUserData(POSITION, b4a.from(String(position)))
  } catch (err) {
    throw storageFailure(err, log.dir)
  }
}

import b4a from 'b4a'
import { storageFailure } from './errors.js'
import type { ReplicatedCore } from './replicated-core.js'

const POSITION = 'position'

/** The index after the last block that was shown from this copy, or null on a copy's first time. */
export async function loadPosition(log: ReplicatedCore): Promise<number | null> {
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

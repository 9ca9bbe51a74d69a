import b4a from 'b4a'
import type Hypercore from 'hypercore'

// Kept with the copy, beside its blocks.
const POSITION = 'position'

/** The index after the last block that was shown from this copy, or null on its first time. */
export async function loadPosition(core: Hypercore): Promise<number | null> {
  const position = await core.getUserData(POSITION)
  return position && Number(b4a.toString(position))
}

/** Remembers that the blocks before `position` were shown. */
export async function savePosition(core: Hypercore, position: number): Promise<void> {
  await core.setUserData(POSITION, b4a.from(String(position)))
}

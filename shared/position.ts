import b4a from 'b4a'
import type Hypercore from 'hypercore'

const POSITION = 'position'

/** The index after the last block that was shown from this copy, or null on a copy's first time. */
export async function loadPosition(core: Hypercore): Promise<number | null> {
  const position = await core.getUserData(POSITION)
  return position && Number(b4a.toString(position))
}

export function savePosition(core: Hypercore, position: number): Promise<void> {
  return core.setUserData(POSITION, b4a.from(String(position)))
}

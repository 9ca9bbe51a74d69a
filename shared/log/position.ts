import b4a from 'b4a'
import type Hypercore from 'hypercore'
import type { Place } from './tail.js'

// Kept with the copy, beside its blocks: `25`, or `25+130` when 130 bytes of block 25 were shown, too.
const POSITION = 'position'

/**
 * Where a reader is in its copy of a log. The first run on a log sets it, wherever that starts, and moves it;
 * later runs carry on from it and move it, and looks leave it alone.
 */
export class Position {
  readonly #core: Hypercore
  /** As earlier runs left it; null on the first one, and when it is to be forgotten. */
  readonly saved: Place | null
  /** This run leaves it alone. */
  readonly isLook: boolean
  #place: Place | null

  private constructor(core: Hypercore, saved: Place | null, isLook: boolean) {
    this.#core = core
    this.saved = saved
    this.isLook = isLook
    this.#place = saved
  }

  /** `look`: start somewhere else, and leave it alone. `forget`: have this run set it anew. */
  static async load(core: Hypercore, { look = false, forget = false } = {}): Promise<Position> {
    const saved = forget ? null : await loadPosition(core)
    return new Position(core, saved, look && saved !== null)
  }

  /** Of a look at a copy that another process has: that one's position is at block `saved`, if it has any. */
  static ofLook(core: Hypercore, saved: number | null): Position {
    return new Position(core, saved === null ? null : { start: saved, offset: 0 }, true)
  }

  /** What is before `place` was shown, or more than that, which is left as it is. */
  async move(place: Place): Promise<void> {
    if (this.isLook || (this.#place && isBefore(place, this.#place))) return
    this.#place = place
    const { start, offset } = place
    const text = offset > 0 ? `${start}+${offset}` : String(start)
    await this.#core.setUserData(POSITION, b4a.from(text))
  }

  /** Has a first run begin at `place`, so that the next one is not the first, though nothing is shown. */
  async begin(place: Place): Promise<void> {
    if (!this.#place) await this.move(place)
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.start < b.start || (a.start === b.start && a.offset < b.offset)
}

/** The position in this copy, or null when none was set. */
export async function loadPosition(core: Hypercore): Promise<Place | null> {
  const position = await core.getUserData(POSITION)
  if (!position) return null
  const [start, offset = 0] = b4a.toString(position).split('+').map(Number)
  return { start: start!, offset }
}

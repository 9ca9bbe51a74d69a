import b4a from 'b4a'
import type Hypercore from 'hypercore'
import type { Place } from './tail.js'

// Kept with the copy, beside its blocks: `25`, or `25+130` when 130 bytes of block 25 were shown, too, and
// `25+130+7` when it was moved for the seventh time.
const POSITION = 'position'

/** A position, and how often it had been moved; null of one that an older pearlog has left. */
export interface Turn extends Place {
  turn: number | null
}

/** A second place for the position, which is safe when the database loses its end. */
export interface PositionMark {
  /** What earlier runs have left there; null when there is nothing of use. */
  readonly saved: Turn | null
  /** The last run was killed, or lost its power. */
  readonly wasKilled: boolean
  note(turn: Turn): void
  /** What was noted is on disk when this resolves. */
  save(): Promise<void>
}

interface Options {
  look?: boolean
  forget?: boolean
  mark?: PositionMark | null
}

/**
 * Where a reader is in its copy of a log. The first run on a log sets it, wherever that starts, and moves it;
 * later runs carry on from it and move it, and looks leave it alone.
 */
export class Position {
  readonly #core: Hypercore
  readonly #mark: PositionMark | null
  /** As earlier runs left it; null on the first one, and when it is to be forgotten. */
  readonly saved: Place | null
  /** This run leaves it alone. */
  readonly isLook: boolean
  /** The copy has lost what came last, and with it where the reader was: that was kept elsewhere, too. */
  readonly isFromMark: boolean
  #place: Place | null
  #turn: number
  #begun: Promise<void> | null = null // when the first one is on disk

  private constructor(core: Hypercore, options: Options, kept: Kept) {
    const { look = false, forget = false, mark = null } = options
    const { last, isFromMark, turn } = kept
    this.#core = core
    this.#mark = mark
    this.#turn = turn
    this.saved = forget || !last ? null : { start: last.start, offset: last.offset }
    this.isFromMark = isFromMark && this.saved !== null
    this.isLook = look && this.saved !== null
    this.#place = this.saved
    if (this.saved) this.#begun = Promise.resolve()
  }

  /** `look`: start somewhere else, and leave it alone. `forget`: have this run set it anew. */
  static async load(core: Hypercore, options: Options = {}): Promise<Position> {
    return new Position(core, options, await loadLast(core, options.mark ?? null))
  }

  /** Of a look at a copy that another process has: that one's position is at block `saved`, if it has any. */
  static ofLook(core: Hypercore, saved: number | null): Position {
    const last = saved === null ? null : { start: saved, offset: 0, turn: null }
    return new Position(core, { look: true }, { last, isFromMark: false, turn: 0 })
  }

  /** The last lines that were shown may be shown again. */
  get mayRepeat(): boolean {
    return this.saved !== null && !this.isLook && (this.#mark?.wasKilled ?? false)
  }

  /** What is before `place` was shown, or more than that, which is left as it is. */
  async move(place: Place): Promise<void> {
    if (this.isLook || (this.#place && isBefore(place, this.#place))) return
    this.#place = place
    const noted = this.#note(place)
    // A power cut must not make the next run the first one.
    this.#begun ??= noted.then(() => this.#mark?.save())
    await Promise.all([noted, this.#begun])
  }

  /** Has a first run begin at `place`, so that the next one is not the first, though nothing is shown. */
  async begin(place: Place): Promise<void> {
    if (!this.#place) await this.move(place)
  }

  async #note({ start, offset }: Place): Promise<void> {
    const turn = ++this.#turn
    await this.#core.setUserData(POSITION, b4a.from(`${start}+${offset}+${turn}`))
    this.#mark?.note({ start, offset, turn })
  }
}

interface Kept {
  last: Turn | null
  isFromMark: boolean
  /** How often it was moved. */
  turn: number
}

async function loadLast(core: Hypercore, mark: PositionMark | null): Promise<Kept> {
  const [here, there] = [await loadPosition(core), mark?.saved ?? null]
  const turn = Math.max(here?.turn ?? 0, there?.turn ?? 0)
  const isFromMark = there !== null && (here === null || isLater(there, here))
  return { last: isFromMark ? there : here, isFromMark, turn }
}

function isLater(a: Turn, b: Turn): boolean {
  return a.turn === null || b.turn === null ? isBefore(b, a) : a.turn > b.turn
}

function isBefore(a: Place, b: Place): boolean {
  return a.start < b.start || (a.start === b.start && a.offset < b.offset)
}

/** The position in this copy, or null when none was set. */
export async function loadPosition(core: Hypercore): Promise<Turn | null> {
  const position = await core.getUserData(POSITION)
  if (!position) return null
  const [start, offset = 0, turn = null] = b4a.toString(position).split('+').map(Number)
  return { start: start!, offset, turn }
}

interface Printed {
  log?: string
  block?: number
  data?: string
  gone?: { from: number; to: number }
}

interface Place {
  block: number
  run: number
  line: number
  /** Of a line that a block begins and another one ends, as long as its numbers are not known. */
  rest: string
  /** The next object may repeat what was printed before a kill, or begin anywhere if nothing was. */
  isFresh: boolean
}

const NOWHERE: Place = { block: -1, run: 0, line: 0, rest: '', isFresh: false }
const NUMBERS = /^(\d+) (\d+) /

/**
 * Reads what a reader prints with `--json`, lines `<run> <number> ...` of logs whose writers were killed: each
 * block is the one after the last, or after a gap that was told, and so is each line of a run.
 */
export class Follower {
  readonly name: string
  lines = 0
  gaps = 0
  /** Blocks in those. */
  gone = 0
  readonly #places = new Map<string, Place>()

  constructor(name: string) {
    this.name = name
  }

  /** It was started again. */
  restart(): void {
    for (const place of this.#places.values()) place.isFresh = true
  }

  /** The run of the last line of a log; a reader of one log does not name it. */
  runOf(log: string): number {
    return this.#places.get(log)?.run ?? 0
  }

  hasRead(log: string, run: number, line: number): boolean {
    const place = this.#places.get(log)
    return (place?.run === run && place.line >= line) || line === 0
  }

  /** As `block 3, line 7 of run 2`. */
  place(log: string): string {
    const { block = -1, line = 0, run = 0 } = this.#places.get(log) ?? {}
    return `block ${block}, line ${line} of run ${run}`
  }

  read(text: string): void {
    const { log = '', block, data, gone } = JSON.parse(text) as Printed
    const place = this.#places.get(log)
    const fail = (): never => {
      throw new Error(`${this.name} ${log}: after ${this.place(log)} came ${text.slice(0, 80)}`)
    }
    if (gone) {
      if (place && gone.from > place.block + 1) fail()
      if (place && gone.from <= place.block && !place.isFresh) fail()
      this.gaps++
      this.gone += gone.to - gone.from + 1
      this.#places.set(log, { ...NOWHERE, block: gone.to })
      return
    }
    if (place && block! > place.block + 1) fail()
    const rest = place?.isFresh ? '' : (place?.rest ?? '')
    const found = NUMBERS.exec(data!) ?? NUMBERS.exec(rest + data!)
    if (!found) {
      const next = data!.endsWith('\n') ? '' : rest + data!
      const where = place && !place.isFresh ? place : NOWHERE
      this.#places.set(log, { ...where, block: block!, rest: next })
      return
    }
    const [, run, line] = found.map(Number) as [number, number, number]
    if (place && !place.isFresh) {
      const isNext = run === place.run ? line === place.line + 1 : run > place.run && line === 1
      if (block! < place.block || (place.run > 0 && !isNext)) fail()
    }
    this.#places.set(log, { block: block!, run, line, rest: '', isFresh: false })
    this.lines++
  }
}

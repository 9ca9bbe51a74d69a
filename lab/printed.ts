import b4a from 'b4a'

const MAY_REPEAT = /may come again|lost what came last/

interface Piece {
  first: [number, number]
  last: [number, number]
  count: number
  /** What its reader said, at the end of its run. */
  said: () => string
}

/**
 * What a reader has printed in all its runs, of lines with the number of the writer's run and their own in it.
 * Throws on what cannot be right in one run of a reader; `check` knows the whole log.
 */
export class Printed {
  readonly #name: string
  readonly #pieces: Piece[] = []
  #piece: Piece | null = null
  #said: () => string = () => ''
  #rest = ''
  #repeats = 0

  constructor(name: string) {
    this.#name = name
  }

  /** The last line. */
  get last(): [number, number] {
    return this.#pieces.at(-1)?.last ?? [0, 0]
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  /** How many runs began with lines that had been printed: all of them said so. */
  get repeats(): number {
    return this.#repeats
  }

  /** A run begins. */
  begin(said: () => string): void {
    this.#rest = ''
    this.#piece = null
    this.#said = said
  }

  readonly ondata = (chunk: Uint8Array): void => {
    const lines = (this.#rest + b4a.toString(chunk)).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#add(parse(line))
  }

  #add(line: [number, number]): void {
    const piece = this.#piece
    if (!piece) {
      this.#piece = { first: line, last: line, count: 1, said: this.#said }
      this.#pieces.push(this.#piece)
      return
    }
    if (!isNext(piece.last, line)) throw this.#wrong(`after ${show(piece.last)} came ${show(line)}`)
    piece.last = line
    piece.count++
  }

  /** `log`: all lines of the log, by the run. Throws when one is missing, or comes again untold. */
  check(log: Log): void {
    let end = 0
    for (const { first, last, count, said } of this.#pieces) {
      const [from, to] = [log.indexOf(first), log.indexOf(last)]
      if (to - from + 1 !== count)
        throw this.#wrong(`${show(first)} to ${show(last)} are ${count} lines`)
      if (from > end) throw this.#wrong(`${from - end} lines before ${show(first)} are missed`)
      if (from < end && !MAY_REPEAT.test(said())) {
        throw this.#wrong(
          `${end - from} lines from ${show(first)} on are repeated, untold: ${said()}`
        )
      }
      if (from < end) this.#repeats++
      end = Math.max(end, to + 1)
    }
    if (end !== log.length) throw this.#wrong(`it has ${end} lines of ${log.length}`)
  }

  #wrong(text: string): Error {
    return new Error(`${this.#name}: ${text}`)
  }
}

/** All lines of a log, of which a `kill -9` of the writer cuts each run short. */
export class Log {
  readonly #before = new Map<number, number>()
  readonly #counts = new Map<number, number>()
  length = 0

  /** Throws when they are out of order. */
  constructor(text: string) {
    let last: [number, number] = [0, 0]
    for (const line of text.split('\n').slice(0, -1).map(parse)) {
      if (!isNext(last, line))
        throw new Error(`in the log, after ${show(last)} comes ${show(line)}`)
      if (line[1] === 1) this.#before.set(line[0], this.length)
      this.#counts.set(line[0], line[1])
      this.length++
      last = line
    }
  }

  /** How many lines of that run of the writer are in it. */
  countOf(run: number): number {
    return this.#counts.get(run) ?? 0
  }

  indexOf([run, number]: [number, number]): number {
    if (number > this.countOf(run)) throw new Error(`line ${number} of run ${run} is lost`)
    return this.#before.get(run)! + number - 1
  }
}

/** A line as a person reads it. */
export function show([run, number]: [number, number]): string {
  return `${run}/${number}`
}

function parse(line: string): [number, number] {
  const [run, number] = line.split(' ', 2).map(Number)
  return [run!, number!]
}

function isNext([run, number]: [number, number], next: [number, number]): boolean {
  return next[0] === run ? next[1] === number + 1 : next[0] > run && next[1] === 1
}

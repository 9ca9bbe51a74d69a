import { Failure } from './errors.js'

/** Blocks that nobody here keeps: the indexes of the first and the last one. */
export interface Gap {
  from: number
  to: number
}

/** `blocks 0 to 41,233 are gone: nobody here keeps them` */
export function gapNotice({ from, to }: Gap): string {
  const [first, last] = [from, to].map((n) => n.toLocaleString('en-US'))
  return from === to
    ? `block ${first} is gone: nobody here keeps it`
    : `blocks ${first} to ${last} are gone: nobody here keeps them`
}

/** Throws a Failure when blocks were left out. */
export function refuseGaps(gaps: readonly Gap[]): void {
  if (gaps.length > 0) throw new Failure('not all of it is here: ' + gaps.map(gapNotice).join('; '))
}

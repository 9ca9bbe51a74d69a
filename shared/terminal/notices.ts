import byteSize from 'tiny-byte-size'
import type { Position } from '../log/position.js'
import type { Goal } from '../peers/holders.js'
import type { Company } from '../peers/roles.js'

interface Start {
  /** The index of the first block that is shown. */
  start: number
  position: Position
  flags: { from: number | 'oldest' | null; text: boolean; raw: boolean; json: boolean }
  /** Standard output is a terminal. */
  isTerminal: boolean
}

/** What a reader says of where it starts. */
export function startNotices({ start, position, flags, isTerminal }: Start): string[] {
  const { from, text, raw, json } = flags
  const notices = repeatNotices(position, { from })
  if ((raw || json) && from === null) notices.push(`starting at block ${start}`)
  if (position.isLook && position.saved && !isTerminal) {
    notices.push(`a look: the position stays at block ${position.saved.start}`)
  }
  if (!text && !raw && !json && !isTerminal) {
    notices.push(
      'each block has a prefix here; --raw prints the lines alone, --json an object for each'
    )
  }
  return notices
}

/** What a reader says of the last run, when that is not all there, or what it printed last may come again. */
export function repeatNotices(
  position: Position,
  { from }: { from: number | 'oldest' | null }
): string[] {
  const notices = backNotices(position)
  if (position.mayRepeat && from === null) {
    notices.push('the last run was killed: what it printed last may come again')
  }
  return notices
}

/** What a reader says of a copy that is not as it was left. */
export function backNotices({ isFromMark, saved }: Position): string[] {
  if (!isFromMark) return []
  return [
    `the disk has lost what came last into this copy: it comes from peers again, and lines go on at block ${saved!.start}, where they were`
  ]
}

/** What a reader says of a block that nobody has; `after` is the first one after it that somebody has. */
export function lostNotice(index: number, after: number, { blindPeer }: Company): string {
  const why = blindPeer
    ? 'a blind peer that was full has cleared it, perhaps; it comes when the writer or a reader that has it is up, or'
    : 'if its writer says that it is lost,'
  return `waiting for block ${index}, which nobody here has: ${why} go on with --from ${after}`
}

/** What a writer says of a block of its own that nobody has. */
export function nowhereNotice(index: number): string {
  return `block ${index} is nowhere: the disk of its writer has lost it, and nobody here has it; readers wait at it, and go on with --from ${index + 1}`
}

/** Says of damaged blocks what is done about them: once for all that are read one after the other. */
export function tellOfDamage(
  log: { dir: string; on: (event: string, fn: (index: number) => void) => unknown },
  say: (text: string) => void
): void {
  let isTold = false
  log.on('damaged', (index) => {
    if (isTold) return
    isTold = true
    say(
      `block ${index} of the log in ${log.dir} is damaged: it is asked of peers, as others that are; if nobody has it, it is lost, and readers go on with --from ${index + 1}`
    )
  })
  log.on('mended', () => {
    isTold = false
    say('the damaged blocks are here again')
  })
}

/** What a writer says when those hold all of the log. */
export function heldNotice(goal: Goal): string {
  return `${readersOf(goal)} ${goal === 1 || goal === 'blind' ? 'holds' : 'hold'} the whole log`
}

/** What a mirror says when it holds what it is to keep, as far as anybody here keeps it. */
export function heldAllNotice(
  { length, byteLength }: { length: number; byteLength: number },
  held: number
): string {
  const blocks = `${length} ${length === 1 ? 'block' : 'blocks'}`
  return held >= length
    ? `holds all of the log: ${blocks}, ${byteSize(byteLength)}`
    : `holds the newest ${held} of ${blocks} of the log`
}

/** `1 reader`, `2 readers`, `the blind peer`. */
export function readersOf(n: Goal): string {
  if (n === 'blind') return 'the blind peer'
  return `${n} ${n === 1 ? 'reader' : 'readers'}`
}

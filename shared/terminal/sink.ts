import type { Gap } from '../log/gap.js'
import type { Place } from '../log/tail.js'
import type { Position } from '../log/position.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { OutputFile } from '../storage/output-file.js'
import type { ReaderMark } from '../storage/reader-mark.js'
import { chooseFormat, formatGap, type Format } from './format.js'
import { backNotices, repeatNotices, startNotices } from './notices.js'
import type { Output } from './output.js'
import type { OutputShare } from './output-of-several.js'
import type { Screen } from './screen.js'
import { openStandardOutput } from './standard-output.js'

const AT_ONCE = 1024 * 1024 // bytes that are synced together

interface Flags {
  output: string | null
  from: number | 'oldest' | null
  text: boolean
  raw: boolean
  asStored: boolean
  json: boolean
  forget: boolean
}

interface Host {
  flags: Flags
  screen: Screen
  say: (text: string) => void
  onstop: (fn: () => Promise<void>) => void
  onhangup: (fn: () => void) => void
  fail: (err: unknown) => void
  /** Its part of standard output, which other logs have, too. */
  share?: OutputShare | null
}

/** Where a reader's blocks go. */
export interface Sink {
  output: Output
  format: Format
  /** What is printed in the place of blocks that are gone; null when nothing is. */
  formatGap: ((gap: Gap) => Uint8Array) | null
  /** The most bytes of a write of several blocks. */
  atOnce?: number
  /** Where it goes on, whatever the position is; null when that is for others to say. */
  place: Place | null
  /** To be called before the first block. */
  begin(start: number, position: Position): void
  /** What is before `place` was written. */
  keep(place: Place): Promise<void>
}

/** Standard output, or the file that `--output` names. */
export function openSink(log: ReplicatedCore, mark: ReaderMark | null, host: Host): Promise<Sink> {
  const { flags, share } = host
  if (flags.output !== null) return outputFile(log, mark, flags.output, host)
  return Promise.resolve(share ? shareOfOutput(host, share) : standardOutput(host))
}

function standardOutput(host: Host): Sink {
  const { flags: given, say } = host
  const flags = { ...given, raw: given.raw || given.asStored }
  const { output, isTerminal } = openStandardOutput(host)
  return {
    output,
    format: chooseFormat({ ...flags, terminal: isTerminal }),
    formatGap: flags.json ? (gap) => formatGap(gap) : null,
    place: null,
    begin: (start, position) => {
      if (!flags.raw && !flags.json) {
        output.write(Buffer.from(`Skipping ${start} earlier blocks...\n`), () => {})
      }
      for (const notice of startNotices({ start, position, flags, isTerminal })) say(notice)
    },
    keep: async () => {}
  }
}

function shareOfOutput({ flags, say }: Host, share: OutputShare): Sink {
  return {
    ...share,
    place: null,
    begin: (start, position) => {
      for (const notice of repeatNotices(position, flags)) say(notice)
      say(`skipping ${start} earlier blocks`)
    },
    keep: async () => {}
  }
}

async function outputFile(
  log: ReplicatedCore,
  mark: ReaderMark | null,
  name: string,
  host: Host
): Promise<Sink> {
  const { flags, say, onstop, onhangup, fail } = host
  const { text, json, forget } = flags
  const format = text ? 'text' : json ? 'json' : 'raw'
  const formatBlock = chooseFormat({ raw: format === 'raw', json, terminal: false })
  const file = await OutputFile.open(log, name, { format, formatBlock, forget, mark, say })
  onstop(() => file.close())
  onhangup(() => void file.reopen().catch(fail))
  const { place } = file
  return {
    output: file,
    format: formatBlock,
    formatGap: json ? (gap) => formatGap(gap) : null,
    atOnce: AT_ONCE,
    place: place && notBefore(place, typeof flags.from === 'number' ? flags.from : 0),
    begin: (start, position) => {
      for (const notice of backNotices(position)) say(notice)
      const how = place ? 'goes on' : 'starts'
      say(`${name} ${how} at block ${start}`)
    },
    keep: (to) => file.keep(to)
  }
}

// A file that was begun goes on with the same command; `--from` can leave out blocks that nobody has.
function notBefore(place: Place, from: number): Place {
  return from > place.start ? { start: from, offset: 0 } : place
}

import process from 'bare-process'
import type { Place } from '../log/tail.js'
import type { Position } from '../log/position.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { OutputFile } from '../storage/output-file.js'
import { checked } from './checked-output.js'
import { chooseFormat, type Format } from './format.js'
import { startNotices } from './notices.js'
import { outputFailure, type Output } from './output.js'
import { watchPipeReader } from './pipe-reader.js'
import type { Screen } from './screen.js'

const AT_ONCE = 1024 * 1024 // bytes that are synced together

interface Flags {
  output: string | null
  from: number | null
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
}

/** Where a reader's blocks go. */
export interface Sink {
  output: Output
  format: Format
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
export function openSink(log: ReplicatedCore, host: Host): Promise<Sink> {
  return host.flags.output === null
    ? Promise.resolve(standardOutput(host))
    : outputFile(log, host.flags.output, host)
}

function standardOutput({ flags: given, screen, say, onstop, fail }: Host): Sink {
  const flags = { ...given, raw: given.raw || given.asStored }
  const { stdout } = process
  const isTerminal = 'isTTY' in stdout
  const output = checked(stdout, screen.share(stdout))
  stdout.on('error', (err) => fail(outputFailure(err)))
  const stopWatching = watchPipeReader(() => fail({ code: 'EPIPE' }))
  onstop(async () => stopWatching())
  return {
    output,
    format: chooseFormat({ ...flags, terminal: isTerminal }),
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

async function outputFile(log: ReplicatedCore, name: string, host: Host): Promise<Sink> {
  const { flags, say, onhangup, fail } = host
  const { text, json, forget } = flags
  const format = text ? 'text' : json ? 'json' : 'raw'
  const formatBlock = chooseFormat({ raw: format === 'raw', json, terminal: false })
  const file = await OutputFile.open(log, name, { format, formatBlock, forget, say })
  onhangup(() => void file.reopen().catch(fail))
  const { place } = file
  return {
    output: file,
    format: formatBlock,
    atOnce: AT_ONCE,
    place: place && notBefore(place, flags.from ?? 0),
    begin: (start) => {
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

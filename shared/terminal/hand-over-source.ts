import fs from 'bare-fs'
import path from 'bare-path'
import type { Readable } from 'bare-stream'
import b4a from 'b4a'
import { hash } from 'hypercore-crypto'
import { isWrongName, reasonOf } from '../log/errno.js'
import { Failure, UsageError } from '../log/errors.js'
import { quote } from './quote.js'
import type { Screen } from './screen.js'
import { checkInput } from './standard-streams.js'
import { FileInput, stdin } from './stdin.js'

const PREFIX = 'hand-over-'
const [LONGEST_WORD, ID] = [14, 8] // characters, in the name of a log
// A reader saves what comes from a pipe under this name.
const COPY = 'copy'

/** What is handed over: a file, or all of standard input. */
export interface Source {
  /** For a sentence. */
  what: string
  input: Readable
  /** The name of its log, when the user gives none. */
  base: string
  /** The same as long as it does not change; null for a pipe, of which nobody knows what it brings. */
  stamp: string | null
  size: number | null
  target: string
}

/** What `--hand-over <file>` names. Throws a UsageError or a Failure when it cannot be read. */
export function sourceOf(file: string, screen: Screen): Source {
  return file === '-' ? ofInput(screen) : ofFile(file)
}

function ofInput(screen: Screen): Source {
  checkInput()
  const what = 'standard input'
  const input = stdin(screen)
  return { what, input, base: `${PREFIX}input`, stamp: null, size: null, target: COPY }
}

function ofFile(file: string): Source {
  const what = quote(file)
  try {
    const place = fs.realpathSync(file)
    const stat = fs.statSync(place)
    if (!stat.isFile()) throw notAFile(what, stat.isDirectory())
    const name = path.basename(path.resolve(file))
    const input = new FileInput({ fd: fs.openSync(place, 'r') })
    const base = `${PREFIX}${wordOf(name)}${idOf(place)}`
    const stamp = `${stat.size}-${stat.mtimeMs}`
    return { what, input, base, stamp, size: stat.size, target: isPlain(name) ? name : COPY }
  } catch (err) {
    if (err instanceof UsageError) throw err
    const message = `cannot read ${what}: ${reasonOf(err).text}`
    throw isWrongName(err) ? new UsageError(message) : new Failure(message, err)
  }
}

function notAFile(what: string, isFolder: boolean): UsageError {
  return new UsageError(
    isFolder
      ? `${what} is a folder: hand over an archive of it, as tar makes it, with --hand-over -`
      : `${what} is no regular file: pipe it in, with --hand-over -`
  )
}

// For people who look at the list of logs.
function wordOf(name: string): string {
  const word = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')
  return `${word.slice(0, LONGEST_WORD)}-`
}

function idOf(place: string): string {
  return b4a.toString(hash(b4a.from(place)), 'hex').slice(0, ID)
}

function isPlain(name: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name)
}

import process from 'bare-process'
import type { Readable } from 'bare-stream'
import b4a from 'b4a'
import { Failure, UsageError } from '../log/errors.js'
import { parseKey } from '../log/key.js'
import { isName } from '../storage/names.js'
import { checkName, findNamed, requireName } from '../storage/remembered.js'
import { quote } from '../terminal/quote.js'
import type { Screen } from '../terminal/screen.js'
import { checkInput } from '../terminal/standard-streams.js'
import { stdin } from '../terminal/stdin.js'
import type { Args } from './command-line.js'
import { checkLength, readNamedFile } from './named-file.js'

const VARIABLE = 'PEARLOG_KEY'
const NEWLINE = 0x0a
const MOST = 4096 // bytes, of a file or an input with a key in it
const LIMIT = { most: MOST, content: 'a key' }

interface Host {
  args: Args
  flags: { keyFile: string | null }
  storage: string
  screen: Screen
}

/** The log to follow, and the name that its key is to be remembered by, if it is given one. */
export interface Chosen {
  key: Uint8Array
  name: string | null
}

/**
 * The key that the command line gives: itself, `-` for standard input, a name that is remembered, or
 * `name=<key>`; or else what is in the file of `--key-file`, or in PEARLOG_KEY, which other users of the
 * machine do not see. Throws a UsageError when there is none.
 */
export async function chooseKey({ args, flags, storage, screen }: Host): Promise<Chosen> {
  const given = args.key
  const { keyFile } = flags
  if (given !== undefined && keyFile !== null)
    throw new UsageError('choose one of --key-file and a key')
  if (given === undefined) {
    return { key: keyFile === null ? keyOfEnvironment() : await keyOfFile(keyFile), name: null }
  }

  const [, name = null, text] = /^(?:([^=]*)=)?([^]*)$/.exec(given)!
  const key =
    text === '-' ? await keyOfInput(screen) : name === null ? find(given, storage) : parseKey(text!)
  if (name === null) return { key, name }
  requireName(name)
  checkName(storage, { name, key })
  return { key, name }
}

function find(given: string, storage: string): Uint8Array {
  if (!isName(given)) return parseKey(given)
  const known = findNamed(storage, given)
  if (known) return known.key
  return parseAs('there is no log of this name here, and it is', given)
}

function keyOfEnvironment(): Uint8Array {
  const text = process.env[VARIABLE] ?? ''
  if (text !== '') return parseAs(`${VARIABLE} is`, text)
  throw new UsageError(
    `<key> is missing: give the key that the writer prints, or --key-file, or ${VARIABLE}`
  )
}

async function keyOfFile(file: string): Promise<Uint8Array> {
  const what = `--key-file ${quote(file)}`
  return parseAs(`${what} is`, b4a.toString(await readNamedFile(file, what, LIMIT)))
}

async function keyOfInput(screen: Screen): Promise<Uint8Array> {
  const what = 'standard input'
  checkInput()
  const bytes = await firstLine(stdin(screen)).catch((err: Error & { code?: string }) => {
    throw new Failure(`cannot read ${what} (${err.code ?? err.message})`, err)
  })
  checkLength(bytes, what, LIMIT)
  return parseAs(`${what} is`, b4a.toString(bytes))
}

// By its events: a pipe is a Duplex, whose iterator waits for the other half to end, too.
function firstLine(input: Readable): Promise<Uint8Array> {
  let bytes: Uint8Array = b4a.alloc(0)
  return new Promise((resolve, reject) => {
    const end = (): void => {
      input.destroy()
      const newline = bytes.indexOf(NEWLINE)
      resolve(newline === -1 ? bytes : bytes.subarray(0, newline))
    }
    input.on('data', (chunk) => {
      bytes = b4a.concat([bytes, chunk as Uint8Array])
      if (bytes.byteLength > MOST || bytes.includes(NEWLINE)) end()
    })
    input.on('end', end)
    input.on('error', reject)
  })
}

// A key that is wrong is not repeated: it may be a good one with a slip.
function parseAs(what: string, text: string): Uint8Array {
  try {
    return parseKey(text)
  } catch (err) {
    throw new UsageError(`${what} ${(err as Error).message}`, { cause: err })
  }
}

import b4a from 'b4a'
import fs from 'bare-fs'
import { UsageError } from '../log/errors.js'
import { isSameLog, parseKey } from '../log/key.js'
import { isName, NAME_RULE } from '../storage/names.js'
import { checkName, findNamed, requireName, type NamedKey } from '../storage/remembered.js'
import { quote } from '../terminal/quote.js'
import { readNamedFile } from './named-file.js'

const LIMIT = { most: 1024 * 1024, content: 'names and keys' }

interface Host {
  args: { key?: string | undefined }
  more: string[]
  flags: { logs: string | null }
  storage: string
}

/** Whether the command line asks for several logs. */
export function asksForSeveral({ more, flags }: Pick<Host, 'more' | 'flags'>): boolean {
  return more.length > 0 || flags.logs !== null
}

/**
 * The logs that the command line names, or the file of `--logs`. Throws a UsageError or a Failure when it names
 * none.
 */
export async function chooseLogs({ args, more, flags, storage }: Host): Promise<NamedKey[]> {
  if (flags.logs === null) return check([args.key!, ...more].map(parseArgument(storage)), storage)
  if (args.key !== undefined) throw new UsageError('choose one of --logs and a key')
  return check(parseFile(await readText(flags.logs), flags.logs), storage)
}

function parseArgument(storage: string): (text: string) => NamedKey {
  return (text) => {
    const [, name = text, key] = /^([^=]*)=([^]*)$/.exec(text) ?? []
    if (key !== undefined) {
      requireName(name)
      return { name, key: parseKey(key) }
    }
    const known = findNamed(storage, name)
    if (known) return known
    if (isName(name)) throw new UsageError(`there is no log of the name ${quote(name)} here`)
    throw new UsageError('several logs need names: web=<key> db=<key>')
  }
}

async function readText(file: string): Promise<string> {
  const what = `--logs ${quote(file)}`
  if (fs.existsSync(file) && fs.statSync(file).isDirectory())
    throw new UsageError(`${what} is a folder, not a file`)
  const bytes = await readNamedFile(file, what, LIMIT)
  const text = b4a.toString(bytes)
  if (!b4a.equals(b4a.from(text), bytes)) throw new UsageError(`${what} is not a text in UTF-8`)
  return text
}

// A key is not repeated: it may be a good one with a slip.
function parseFile(text: string, file: string): NamedKey[] {
  const logs = text.split('\n').flatMap((line, i): NamedKey[] => {
    const words = line
      .replace(/(^|\s)#.*/, '')
      .trim()
      .split(/\s+/)
    if (words[0] === '') return []
    const where = `line ${i + 1} of ${quote(file)}`
    const [name, key, ...others] = words as [string, string?]
    if (key === undefined || others.length > 0)
      throw new UsageError(`${where} is not a name and a key`)
    if (!isName(name)) throw new UsageError(`${where} has no name: a name has ${NAME_RULE}`)
    try {
      return [{ name, key: parseKey(key) }]
    } catch (err) {
      throw new UsageError(`${where}: ${(err as Error).message}`, { cause: err })
    }
  })
  if (logs.length === 0)
    throw new UsageError(`--logs ${quote(file)} names no log: each line is a name and a key`)
  return logs
}

function check(logs: NamedKey[], storage: string): NamedKey[] {
  for (const [i, log] of logs.entries()) {
    const others = logs.slice(0, i)
    const twice = others.find(({ name }) => name === log.name)
    if (twice) throw new UsageError(`"${log.name}" is the name of two logs: give each its own`)
    const same = others.find(({ key }) => isSameLog(key, log.key))
    if (same)
      throw new UsageError(`"${same.name}" and "${log.name}" have the same key: leave one out`)
    checkName(storage, log)
  }
  return logs
}

import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import { Failure, UsageError } from '../log/errors.js'
import { formatZ32, isSameLog, parseKey, splitKey } from '../log/key.js'
import { isName, NAME_RULE } from './names.js'
import { readSmallFile } from './small-file.js'

// In the storage folder: a line `name key` for each key that a reader has remembered. Lines are added at the
// end; those that say something else, as one that a full disk has cut off, are left alone. A later line of the
// same name and log has its secret, which an earlier one lacks.
const FILE = 'names'

export interface NamedKey {
  name: string
  key: Uint8Array
}

/** The keys that are remembered in the folder `storage`; what is damaged holds none. */
export function readNames(storage: string): NamedKey[] {
  const lines = (readSmallFile(path.join(storage, FILE)) ?? '').split('\n').flatMap(parseLine)
  const isLast = ({ name, key }: NamedKey, i: number): boolean =>
    !lines.slice(i + 1).some((later) => later.name === name && isSameLog(later.key, key))
  return lines.filter(isLast)
}

/** The log that is remembered by this name, if one is. */
export function findNamed(storage: string, name: string): NamedKey | undefined {
  return readNames(storage).find((each) => each.name === name)
}

/** Throws a UsageError when what stands before `=<key>` is no name. */
export function requireName(name: string): void {
  if (!isName(name)) throw new UsageError(`the name before "=" is none: a name has ${NAME_RULE}`)
}

/** Throws a UsageError when `name` or `key` goes together with another one in the folder `storage`. */
export function checkName(storage: string, { name, key }: NamedKey): void {
  const all = readNames(storage)
  const known = all.find((each) => each.name === name)
  if (known && !isSameLog(known.key, key)) {
    const file = path.join(storage, FILE)
    throw new UsageError(
      `"${name}" is the name of another log here: choose another name, or remove its line from ${file}`
    )
  }
  const same = all.find((each) => isSameLog(each.key, key))
  if (same && same.name !== name) {
    throw new UsageError(`this log has a name here, "${same.name}": use that one`)
  }
}

/** Remembers the key under the name in the folder `storage`, which is there. Throws a Failure when it cannot. */
export function rememberName(storage: string, { name, key }: NamedKey): void {
  const known = findNamed(storage, name)
  if (known && (b4a.equals(known.key, key) || !splitKey(key).secret)) return
  const file = path.join(storage, FILE)
  const before = readSmallFile(file) ?? ''
  const isDamaged = readSmallFile(file) === null && fs.existsSync(file)
  const newline = before === '' || before.endsWith('\n') ? '' : '\n'
  try {
    if (isDamaged) fs.renameSync(file, `${file}.damaged-${Date.now()}`)
    fs.appendFileSync(file, `${newline}${name} ${formatZ32(key)}\n`, { mode: 0o600 })
  } catch (err) {
    const { code, message } = err as { code?: string; message: string }
    throw new Failure(`cannot remember the name "${name}" in ${file} (${code ?? message})`, err)
  }
}

function parseLine(line: string): NamedKey[] {
  const [name = '', key = '', ...rest] = line.trim().split(/\s+/)
  if (!isName(name) || rest.length > 0) return []
  try {
    return [{ name, key: parseKey(key) }]
  } catch {
    return []
  }
}

import fs from 'bare-fs'
import path from 'bare-path'
import Hypercore from 'hypercore'
import { Failure, UsageError } from '../log/errors.js'
import { formatKey } from '../log/key.js'
import { storageFailure } from './failures.js'
import { isLog, makeFolder } from './folder.js'
import { EXPORTED, IMPORTED, readMark, writeMark, type Mark } from './move-mark.js'
import { SIDE_FILES } from './side-files.js'
import { TIE } from './tie.js'
import { syncFile, syncFolder } from './write-ahead-log.js'

/** Marks the log in `dir` as one that goes on elsewhere: from now on, `importLog` alone reads it. */
export async function exportLog({ key, length }: Hypercore, dir: string): Promise<void> {
  await writeMark(dir, { key: formatKey(key), length }).catch((err: unknown) => {
    throw storageFailure(err, dir)
  })
}

/** Throws when the log in `dir` goes on elsewhere. */
export function refuseExported(dir: string): void {
  if (!readMark(dir)) return
  throw new Failure(
    `the log in ${dir} was exported, to be written elsewhere: choose another folder with --storage, or, if it was never imported, take it back with --import ${dir}`
  )
}

/** Throws when there is no log in `dir`. */
export function requireLog(dir: string): void {
  if (!isLog(dir)) throw new UsageError(`there is no log in ${dir}`)
}

/**
 * Takes the exported log in `from`, which may have come from another machine, to `dir`. The one in `from` is
 * marked as imported as soon as the other one is complete and on disk, so that it is taken once; whatever
 * happens before, it can be taken again. Takes the place of an older one that was exported from `dir`.
 */
export async function importLog(from: string, dir: string): Promise<void> {
  const mark = checkSource(from)
  const source = fs.realpathSync(from)
  const target = fs.existsSync(dir) ? fs.realpathSync(dir) : path.resolve(dir)
  const here = readMark(target)
  const isHere = here?.name === EXPORTED && here.key === mark.key && here.length === mark.length
  if (mark.name === IMPORTED && !isHere) {
    throw new Failure(`the log in ${from} was imported before: start the writer where that was`)
  }
  try {
    if (!isHere) {
      checkTarget(target, source, mark, here)
      await copy(source, target, mark)
    }
    // Until both marks have changed, a second try ends here again. Each is on disk before the next one, so that
    // no power cut leaves two logs that can be written, or none.
    if (source !== target && mark.name === EXPORTED) {
      fs.renameSync(path.join(source, EXPORTED), path.join(source, IMPORTED))
    }
    await syncFolder(source)
    fs.unlinkSync(path.join(target, EXPORTED))
    await syncFolder(target)
  } catch (err) {
    throw err instanceof UsageError ? err : storageFailure(err, dir)
  }
}

async function copy(source: string, target: string, mark: Mark): Promise<void> {
  const part = `${target}~part` // no log can have this for its folder
  try {
    fs.rmSync(part, { recursive: true, force: true })
    const folders = makeFolder(part)
    fs.cpSync(source, part, { recursive: true })
    for (const name of [TIE, mark.name, ...SIDE_FILES])
      fs.rmSync(path.join(part, name), { force: true })
    if (!(await holds(part, mark))) {
      throw new Failure(`the log in ${source} is not complete: copy the exported folder again`)
    }
    await writeMark(part, mark)
    await syncAll(part)
    fs.rmSync(target, { recursive: true, force: true })
    fs.renameSync(part, target)
    for (const folder of folders.slice(1)) await syncFolder(folder)
  } catch (err) {
    fs.rmSync(part, { recursive: true, force: true })
    throw err
  }
}

function checkSource(from: string): Mark {
  if (!fs.existsSync(from)) throw new UsageError(`there is no folder ${from}`)
  const mark = readMark(from)
  const inside = path.join(from, 'writer-storage')
  if (!mark && fs.existsSync(inside)) throw new UsageError(`the log is in ${inside}: import that`)
  if (!mark) {
    throw new UsageError(
      `${from} is not an exported log: stop its writer, and start it once with --export`
    )
  }
  try {
    fs.accessSync(from, fs.constants.W_OK)
  } catch (err) {
    throw new Failure(
      `cannot write to ${from}, to mark it as imported: copy it to where that can be done`,
      err
    )
  }
  return mark
}

function checkTarget(target: string, source: string, mark: Mark, here: Mark | null): void {
  if (`${target}/`.startsWith(`${source}/`)) {
    throw new UsageError(`${target} is inside of ${source}: choose another folder with --storage`)
  }
  const isEmpty = !fs.existsSync(target) || fs.readdirSync(target).length === 0
  const isOlder = here !== null && here.key === mark.key && here.length <= mark.length
  if (isEmpty || isOlder) return
  throw new UsageError(`there is a log in ${target} already: choose another folder with --storage`)
}

async function holds(dir: string, { key, length }: Mark): Promise<boolean> {
  const core = new Hypercore(dir)
  try {
    await core.ready()
    return formatKey(core.key) === key && core.length >= length && core.writable
  } catch {
    return false
  } finally {
    await core.close()
  }
}

async function syncAll(dir: string): Promise<void> {
  for (const name of fs.readdirSync(dir)) {
    const file = path.join(dir, name)
    await (fs.statSync(file).isDirectory() ? syncAll(file) : syncFile(file))
  }
  await syncFolder(dir)
}

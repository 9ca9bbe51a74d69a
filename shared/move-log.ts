import fs from 'bare-fs'
import path from 'bare-path'
import { Failure, storageFailure, UsageError } from './errors.js'

// Files in a log's folder. A log is written in one place: two writers sign two histories, which ends it.
const EXPORTED = 'EXPORTED'
const IMPORTED = 'IMPORTED'
// Hypercore's own, which ties the folder to this place; it makes a new one.
const TIE = 'CORESTORE'

/** Marks the log in `dir` as one that goes on elsewhere: from now on it is only read, by `importLog`. */
export function exportLog(dir: string): void {
  fs.writeFileSync(path.join(dir, EXPORTED), '')
}

/** Throws when there is no log in `dir` to export, or it was exported before. */
export function checkExport(dir: string): void {
  if (!fs.existsSync(path.join(dir, TIE))) throw new UsageError(`there is no log in ${dir}`)
  checkHere(dir)
}

/** Throws when the log in `dir` goes on elsewhere. */
export function checkHere(dir: string): void {
  if (![EXPORTED, IMPORTED].some((mark) => fs.existsSync(path.join(dir, mark)))) return
  throw new Failure(
    `the log in ${dir} was exported, to be written elsewhere: import it there, or choose another folder with --storage`
  )
}

/**
 * Copies the exported log in `from`, which may have come from another machine, to `dir`, and marks the one
 * in `from` as imported: it can be taken once.
 */
export function importLog(from: string, dir: string): void {
  const [exported, imported] = [EXPORTED, IMPORTED].map((mark) => path.join(from, mark))
  if (fs.existsSync(imported!)) throw new Failure(`the log in ${from} was imported before`)
  if (!fs.existsSync(exported!)) {
    throw new UsageError(
      `${from} is not an exported log: stop its writer, and start it once with --export`
    )
  }
  const isBack = path.resolve(from) === dir
  if (!isBack && fs.existsSync(dir) && fs.readdirSync(dir).length > 0) {
    throw new UsageError(`there is a log in ${dir} already: choose another folder with --storage`)
  }
  try {
    if (isBack) return fs.unlinkSync(exported!)
    const part = `${dir}.part`
    fs.rmSync(part, { recursive: true, force: true })
    fs.mkdirSync(part, { recursive: true, mode: 0o700 })
    fs.cpSync(from, part, { recursive: true })
    for (const file of [TIE, EXPORTED]) fs.unlinkSync(path.join(part, file))
    fs.renameSync(exported!, imported!)
    fs.renameSync(part, dir)
  } catch (err) {
    throw storageFailure(err, dir)
  }
}

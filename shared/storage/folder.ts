import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { Failure, UsageError } from '../log/errors.js'

const OTHERS_WRITE = 0o022

/** The folder of one log in the folder of all logs. Throws a UsageError when `storage` is itself a log. */
export function logFolder(storage: string, ...names: string[]): string {
  const folder = path.resolve(storage)
  if (isLog(folder)) {
    throw new UsageError(
      `${folder} is a log itself: --storage takes the folder that holds the logs`
    )
  }
  return path.join(folder, ...names)
}

/** Whether there is a log in `dir`. */
export function isLog(dir: string): boolean {
  return fs.existsSync(path.join(dir, 'CORESTORE'))
}

/**
 * Makes the folder where there is none: its owner alone can read it, as the key in it is the right to read.
 * Returns the folders whose names are new, or may be: `dir` itself up to the first one that was there.
 */
export function makeFolder(dir: string): string[] {
  const folders = makeWithParents(path.resolve(dir))
  // As ssh does with its keys: others could put a log of theirs in its place.
  if (process.platform !== 'win32' && (fs.statSync(dir).mode & OTHERS_WRITE) !== 0) {
    throw new Failure(`others can write to the folder ${dir}: take that right away with chmod go-w`)
  }
  return folders
}

// With `recursive`, Bare calls every error ENOENT.
function makeWithParents(dir: string): string[] {
  const parent = path.dirname(dir)
  if (fs.existsSync(dir)) return [dir, parent]
  const folders = makeWithParents(parent)
  fs.mkdirSync(dir, { mode: 0o700 })
  return [dir, ...folders]
}

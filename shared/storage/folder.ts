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

// `recursive` of bare-fs 4.8 hides the system's error behind ENOENT.
function makeWithParents(dir: string): string[] {
  const parent = path.dirname(dir)
  if (fs.existsSync(dir) || parent === dir) return [dir, parent]
  const folders = makeWithParents(parent)
  try {
    fs.mkdirSync(dir, { mode: 0o700 })
  } catch (err) {
    // Another pearlog may have made it just now.
    if ((err as { code?: string }).code !== 'EEXIST') throw err
  }
  return [dir, ...folders]
}

import fs from 'bare-fs'
import path from 'bare-path'
import Hypercore from 'hypercore'
import { formatKey, splitKey } from '../log/key.js'
import { storageFailure } from './failures.js'
import { isLog, logFolder } from './folder.js'
import { isName } from './names.js'
import type { Role } from './run-status.js'
import { SHARED } from './side-files.js'

// Where the logs are in the storage folder. The default log's folder is the one that 0.1.0 had.
const WRITER = 'writer-storage'
const READER = 'reader-storage'
const DATABASE = 'shared' // beside the copies

/** The name of the log that is written when no other is named. */
export const DEFAULT_NAME = 'default'

/** A log in the storage folder. */
export interface Place {
  role: Role
  dir: string
  /** The folder of its database: `dir`, or one that several copies share. */
  database: string
  /** A writer's log has its name; a reader's copy has none here. */
  name: string | null
}

/** The folder of the log with this name, to write. */
export function writerFolder(storage: string, name: string): string {
  return logFolder(storage, name === DEFAULT_NAME ? WRITER : `${WRITER}-${name}`)
}

/** The folder of the copy of the log with this key. It is not named by the key: a path is easily shown around. */
export function readerFolder(storage: string, key: Uint8Array): string {
  return logFolder(storage, READER, formatKey(Hypercore.discoveryKey(splitKey(key).key)))
}

/** The folder of the database that copies share. */
export function sharedDatabase(storage: string): string {
  return logFolder(storage, READER, DATABASE)
}

/** The same, of those beside the copy in `dir`. */
export function sharedFolder(dir: string): string {
  return path.join(path.dirname(dir), DATABASE)
}

/** The blocks of the copy in `dir` are in the database that several share. */
export function isShared(dir: string): boolean {
  return !isLog(dir) && fs.existsSync(path.join(dir, SHARED))
}

/** All logs in the folder `storage`, those to write first. Throws a Failure when it cannot be read. */
export function findLogs(storage: string): Place[] {
  const folder = logFolder(storage)
  const writers = namesIn(folder).flatMap((entry): Place[] => {
    const name = entry === WRITER ? DEFAULT_NAME : nameOf(entry)
    const dir = path.join(folder, entry)
    return name === null ? [] : [{ role: 'writer', dir, database: dir, name }]
  })
  const readers = namesIn(path.join(folder, READER)).map((entry): Place => {
    const dir = path.join(folder, READER, entry)
    return { role: 'reader', dir, database: isShared(dir) ? sharedFolder(dir) : dir, name: null }
  })
  return [...writers, ...readers].filter(({ dir, database }) => {
    return isLog(database) && path.basename(dir) !== DATABASE
  })
}

function nameOf(entry: string): string | null {
  const [, name] = /^writer-storage-(.*)$/.exec(entry) ?? []
  return name !== undefined && name !== DEFAULT_NAME && isName(name) ? name : null
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).map(String).toSorted()
  } catch (err) {
    if ((err as { code?: string }).code === 'ENOENT') return []
    throw storageFailure(err, folder)
  }
}

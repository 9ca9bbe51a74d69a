import fs from 'bare-fs'
import path from 'bare-path'
import Hypercore from 'hypercore'

/**
 * Options of the database of logs that stay whole. Nothing in it is ever garbage, so no blob file is written anew;
 * with RocksDB's own 0.25, compaction does that to a quarter of them. Two buffers of 8 MiB in place of 64 take 95 MB
 * less memory, and no more time.
 */
export const WHOLE = {
  blobGarbageCollectionAgeCutOff: 0,
  writeBufferSize: 8 * 1024 * 1024
}

/**
 * Those of logs of which a part stays. What is cleared is the oldest: whole blob files fall free, if they are small,
 * and none has to be written anew. What is written waits in the write-ahead log and in memory, so that is small, too.
 * There are many files then: not all of them are open.
 */
export const KEEPING = {
  blobFileSize: 8 * 1024 * 1024,
  blobGarbageCollectionAgeCutOff: 0,
  writeBufferSize: 4 * 1024 * 1024,
  maxOpenFiles: 256
}

const NOTES = 'LOG'
const OLD_NOTES = /^LOG\.old\.\d+$/
const MOST_NOTES = 1024 * 1024 // bytes
const LOOK = 5000 // ms

/**
 * The database of Hypercores in the folder `dir`, which is made when it is not there. RocksDB notes what it does in a
 * file, some 2 MB for each GB, and rocksdb-native 3.18.1 has no option that limits it: it is emptied now and then.
 * RocksDB goes on where it was, so the file seems to grow; what was emptied takes no room.
 */
export function databaseIn(dir: string, options: Hypercore.StorageOptions): Hypercore.Storage {
  const storage = Hypercore.defaultStorage(dir, options)
  const db = path.join(dir, 'db')
  const timer = setInterval(() => {
    if (storage.closed) clearInterval(timer)
    else attempt(() => emptyNotes(db))
  }, LOOK)
  timer.unref()
  attempt(() => removeOldNotes(db))
  return storage
}

function emptyNotes(db: string): void {
  const file = path.join(db, NOTES)
  if (fs.statSync(file).blocks * 512 > MOST_NOTES) fs.truncateSync(file, 0)
}

// Each start leaves one; RocksDB has a thousand of them stay.
function removeOldNotes(db: string): void {
  for (const name of fs.readdirSync(db))
    if (OLD_NOTES.test(name)) fs.unlinkSync(path.join(db, name))
}

// What is wrong with the folder, RocksDB says. On Windows, the file is RocksDB's alone while it is open.
function attempt(action: () => void): void {
  try {
    action()
  } catch {}
}

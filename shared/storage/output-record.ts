import b4a from 'b4a'
import fs from 'bare-fs'
import { hash } from 'hypercore-crypto'
import type Hypercore from 'hypercore'
import type { Place } from '../log/tail.js'
import { storageFailure } from './failures.js'

const KEY = 'output:' // and the file's path
const LAST = 1024 // bytes, by which a file is known again

/** How far a file is that a log goes into. It is kept with the copy, in one piece, when the file is on disk. */
export interface OutputRecord extends Place {
  /** Of the file, in bytes. */
  length: number
  /** Of the last bytes that it has then, as hex. */
  hash: string
  /** Which file it is, whatever its name. */
  id: string
  /** `raw`, `text` or `json`. */
  format: string
}

/** Null when `file` has none of what is in this copy. */
export async function loadRecord(core: Hypercore, file: string): Promise<OutputRecord | null> {
  const record = await core.getUserData(KEY + file)
  return record && (JSON.parse(b4a.toString(record)) as OutputRecord)
}

/** Throws a Failure when it cannot be kept. */
export async function saveRecord(
  { core, dir }: { core: Hypercore; dir: string },
  file: string,
  record: OutputRecord
): Promise<void> {
  const text = b4a.from(JSON.stringify(record))
  await core.setUserData(KEY + file, text).catch((err: unknown) => {
    throw storageFailure(err, dir)
  })
}

/** What tells a file from all others on this machine. */
export function idOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`
}

/** What a file ends with that ended with `last`, and got `data`. */
export function lastOf(last: Uint8Array, data: Uint8Array): Uint8Array {
  return data.byteLength >= LAST ? data.slice(-LAST) : b4a.concat([last, data]).slice(-LAST)
}

/** The last of the first `length` bytes of the file that is open as `fd`. */
export function readLast(fd: number, length: number): Uint8Array {
  return readAt(fd, Math.max(0, length - LAST), Math.min(length, LAST))
}

/** What the file ends with, as it is kept. */
export function hashOf(last: Uint8Array): string {
  return b4a.toString(hash(last), 'hex')
}

/** As many of `size` bytes from `at` on as there are. */
export function readAt(fd: number, at: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  let done = 0
  while (done < size) {
    const read = fs.readSync(fd, bytes, done, size - done, at + done)
    if (read === 0) break
    done += read
  }
  return bytes.subarray(0, done)
}

import fs from 'bare-fs'
import path from 'bare-path'
import type Hypercore from 'hypercore'

const NAME = /^(\d+)\.log$/

/** What can be brought to the disk. */
export interface Syncable {
  /** All that was written before is on disk when this resolves. */
  sync(): Promise<void>
  close(): void
}

/**
 * The write-ahead log of a core's RocksDB. RocksDB hands it to the system, which brings it to the disk
 * when it likes, and rocksdb-native passes no option to wait for that: so it is synced from here, through
 * a descriptor of our own.
 */
export class WriteAheadLog implements Syncable {
  readonly #db: Hypercore.Database
  readonly #folder: string
  #number = 0 // of the file that is open here
  #fd = -1

  /** Of the database in the folder `dir`. */
  constructor(db: Hypercore.Database, dir: string) {
    this.#db = db
    this.#folder = path.join(dir, 'db')
  }

  /** All that was written before is on disk when this resolves. One call at a time. */
  async sync(): Promise<void> {
    const synced = this.#fd === -1 ? null : fs.fdatasync(this.#fd)
    const [{ number }] = await Promise.all([this.#db.currentWalFile(), synced])
    if (number !== this.#number) await this.#syncFrom(this.#number, number)
  }

  close(): void {
    if (this.#fd !== -1) fs.closeSync(this.#fd)
    this.#fd = -1
  }

  // RocksDB has begun a new file: of all from the last one known on, and which they are.
  async #syncFrom(first: number, current: number): Promise<void> {
    for (const name of fs.readdirSync(this.#folder)) {
      const number = Number(NAME.exec(name)?.[1] ?? -1)
      if (number < first) continue
      const fd = await openIfThere(path.join(this.#folder, name))
      if (fd === null) continue // all of it is in tables, which RocksDB has synced
      try {
        await fs.fdatasync(fd)
      } catch (err) {
        fs.closeSync(fd)
        throw err
      }
      if (number === current) {
        this.close()
        this.#fd = fd
        this.#number = number
      } else {
        fs.closeSync(fd)
      }
    }
    await syncFolder(this.#folder)
  }
}

/** The names in a folder are on disk when this resolves. */
export async function syncFolder(folder: string): Promise<void> {
  if (Bare.platform === 'win32') return // which has no such thing, and keeps names in a journal
  await syncFile(folder, 'r')
}

export async function syncFile(file: string, flags: 'r' | 'r+' = 'r+'): Promise<void> {
  const fd = await fs.open(file, flags)
  try {
    await fs.fsync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

async function openIfThere(file: string): Promise<number | null> {
  try {
    return await fs.open(file, 'r+')
  } catch (err) {
    if ((err as { code?: string }).code === 'ENOENT') return null
    throw err
  }
}

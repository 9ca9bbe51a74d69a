import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { waitAtMost } from '../log/timeout.js'

const SLACK = 16 * 1024 * 1024 // bytes of what is gone, which may be there
const SLACK_PART = 8 // and that part of what is to stay
const SMALL = 16 * 1024 * 1024 // so little can be there twice
const GARBAGE = 'rocksdb.live-blob-file-garbage-size'
// An append waits so long at most, and in proportion longer after one that added more than so many bytes.
const LONGEST_WAIT = 200 // ms
const USUAL = 2 * 1024 * 1024 // bytes
const MOST = 8 // steps at a time: each byte has been written anew then

/**
 * Gives back the room of what is cleared in a database, for all its logs at once. RocksDB drops a blob file when a
 * compaction has found that nothing in it stays. By itself it waits with that until what is new is a tenth of all
 * hashes that the logs have ever had; so it is told. Where logs grow unequally fast, a file of cleared blocks has
 * some that stay, too: when there is much of that, what stays in the oldest files is written anew, a part of them at
 * a time, since both are there meanwhile. RocksDB does all this in a thread of its own.
 */
export class Compactor {
  readonly #db: Hypercore.Database
  readonly #sizes: number[] = [] // of what is to stay of each log
  #cleared = 0 // bytes, since the last compaction
  #isOld = false
  #running: Promise<void> | null = null

  constructor(db: Hypercore.Database) {
    this.#db = db
  }

  /** A log is to keep `size` bytes until what this returns is called, which resolves when that log may be closed. */
  add(size: number): () => Promise<void> {
    this.#sizes.push(size)
    return async () => {
      this.#sizes.splice(this.#sizes.indexOf(size), 1)
      if (this.#sizes.length === 0) await this.#running
    }
  }

  /** What is there was written without KEEPING, perhaps. */
  renew(): void {
    this.#isOld = true
  }

  /** So many bytes were cleared. */
  check(bytes: number): void {
    this.#cleared += bytes
    this.#running ??= this.#run()
      .catch(safetyCatch) // what it has not done, the next one does
      .finally(() => {
        this.#running = null
      })
  }

  /**
   * Resolves when less is gone that takes room, or soon: appends that are faster than RocksDB wait for it. `bytes`:
   * what the last one has added.
   */
  async room(bytes: number): Promise<void> {
    if (!this.#running || this.#cleared <= this.#slack()) return
    await waitAtMost(LONGEST_WAIT * Math.max(1, bytes / USUAL), this.#running)
  }

  async #run(): Promise<void> {
    if (this.#isOld) {
      this.#isOld = false
      await this.#db.flush()
      await this.#compact(1)
    }
    if (this.#cleared > this.#slack()) {
      this.#cleared = 0
      await this.#compact(0)
    }
    for (let i = 0; i < MOST && this.#sizes.length > 0; i++) {
      const garbage = Number(await this.#db.getProperty(GARBAGE))
      if (!(garbage > this.#slack())) return
      await this.#compact(this.#size() < SMALL ? 1 : 1 / 4)
    }
  }

  #size(): number {
    return this.#sizes.reduce((sum, bytes) => sum + bytes, 0)
  }

  #slack(): number {
    return SLACK + this.#size() / SLACK_PART
  }

  /** Writes anew what stays in this part of the blob files, the oldest ones. */
  #compact(part: number): Promise<void> {
    const cutoff = { blobGarbageCollectionPolicy: 1, blobGarbageCollectionAgeCutoff: part }
    return this.#db.compactRange(null, null, {
      ...cutoff,
      bottommostLevelCompaction: part > 0 ? 2 : 0
    })
  }
}

import type Hypercore from 'hypercore'
import type { Keeping } from '../peers/keeping.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import {
  clearBefore,
  findNewest,
  keepHashes,
  loadKeep,
  nextHeld,
  saveKeep,
  type Keep
} from '../log/kept.js'

// Of rocksdb-native: blob files are written anew, so that what is cleared takes no room.
const COMPACT = {
  blobGarbageCollectionPolicy: 1,
  blobGarbageCollectionAgeCutoff: 1,
  bottommostLevelCompaction: 2
}

/**
 * Options of the database of a log of which a part stays. What is cleared is the oldest: whole blob files fall
 * free, if they are small, and none has to be written anew. What is written waits in the write-ahead log and in
 * memory, so that is small, too.
 */
export const KEEPING = {
  blobFileSize: 8 * 1024 * 1024,
  blobGarbageCollectionAgeCutOff: 0,
  writeBufferSize: 4 * 1024 * 1024
}

interface Options {
  /** The most bytes that stay. */
  size: number
  /** What is there was written without KEEPING. */
  isNew: boolean
  /** All that was appended is on disk when this resolves. */
  sync: () => Promise<void>
  onfail: (err: unknown) => void
}

/** Clears the oldest blocks of a log, a few at a time, so that `size` bytes stay at most. */
class Keeper implements Keeping {
  readonly size: number
  readonly #core: Hypercore
  readonly #options: Options
  #end = 0 // of what may be cleared
  #checked = 0
  #synced = 0
  #toCompact: boolean
  #running: Promise<void> | null = null
  #isClosed = false

  constructor(core: Hypercore, options: Options) {
    this.size = options.size
    this.#core = core
    this.#options = options
    this.#toCompact = options.isNew && core.length > 0
    keepHashes(core)
    if (!core.writable) return
    const onappend = (): void => this.release(core.length - 1) // never the newest
    core.on('append', onappend)
    onappend()
  }

  /** The blocks before `end` may go, if there are too many. */
  release(end: number): void {
    this.#end = Math.max(this.#end, end)
    if (this.#running || this.#isClosed || this.#end <= this.#checked) return
    this.#running = this.#run()
      .catch((err: unknown) => {
        if (!this.#isClosed && !this.#core.closing) this.#options.onfail(err)
      })
      .finally(() => {
        this.#running = null
      })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #run(): Promise<void> {
    const core = this.#core
    while (this.#checked < this.#end && !this.#isClosed) {
      this.#checked = this.#end
      await this.#clear(core.writable ? this.#end + 1 : this.#end)
    }
  }

  // Some more than needed at once, so that it is not done for each block.
  async #clear(end: number): Promise<void> {
    const core = this.#core
    const { size } = this
    const first = nextHeld(core, 0)
    if (first === null) return
    const isFull = (await findNewest(core, end, size - size / 16)) > first
    if (!isFull) return
    const newest = Math.min(await findNewest(core, end, size - size / 8), this.#end)
    if (newest > this.#synced) {
      const { length } = core
      await this.#options.sync()
      this.#synced = length
    }
    await clearBefore(core, newest)
    if (!this.#toCompact) return
    this.#toCompact = false
    const { db } = core.core.storage
    await db.flush()
    await db.compactRange(null, null, COMPACT)
  }
}

/** Has as much of `log` stay as is `given`, which is remembered, or else as the last time. */
export async function startKeeping(
  log: ReplicatedCore,
  given: Keep | null,
  onfail: (err: unknown) => void
): Promise<void> {
  const { core } = log
  const before = await loadKeep(core)
  const keep = given ?? before
  if (keep !== before) await saveKeep(core, keep)
  if (keep === 'all') return
  const isNew = before === 'all'
  log.keeper = new Keeper(core, { size: keep, isNew, sync: log.sync, onfail })
}

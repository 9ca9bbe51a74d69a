import type Hypercore from 'hypercore'
import type { Keeping } from '../peers/keeping.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import {
  bytesBefore,
  clearBefore,
  cutOf,
  findNewest,
  keepHashes,
  loadKeep,
  saveKeep,
  type Keep
} from '../log/kept.js'
import { Compactor } from './compactor.js'
import { storageFailure } from './failures.js'

interface Options {
  /** The most bytes that stay. */
  size: number
  /** Of its database. */
  compactor: Compactor
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
  #cut = -1 // in bytes
  #synced = 0
  readonly #leave: () => Promise<void>
  #running: Promise<void> | null = null
  #isClosed = false

  constructor(core: Hypercore, options: Options) {
    this.size = options.size
    this.#core = core
    this.#options = options
    this.#leave = options.compactor.add(options.size)
    keepHashes(core)
    if (!core.writable) return
    const { state } = core.core
    const flush = state.flush.bind(state)
    let before = core.byteLength // when the last append was made
    state.flush = async () => {
      const { byteLength } = core
      await options.compactor.room(byteLength - before)
      before = byteLength
      return flush()
    }
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
    await this.#leave()
  }

  async #run(): Promise<void> {
    const core = this.#core
    while (this.#checked < this.#end && !this.#isClosed) {
      this.#checked = this.#end
      await this.#clear(core.writable ? this.#end + 1 : this.#end)
    }
  }

  async #clear(end: number): Promise<void> {
    const core = this.#core
    const to = await bytesBefore(core, end)
    if (to === null) return
    const cut = cutOf(to, this.size)
    if (cut <= this.#cut) return
    const newest = Math.min(await findNewest(core, end, to - cut), this.#end)
    if (newest > this.#synced) {
      const { length } = core
      await this.#options.sync()
      this.#synced = length
    }
    await clearBefore(core, newest)
    this.#options.compactor.check(cut - this.#cut) // at first with all that earlier runs have cleared
    this.#cut = cut
  }
}

interface Wish {
  /** As the last time when null. It is remembered. */
  given: Keep | null
  /** Of a database that others have, too. */
  compactor?: Compactor
}

/** Has as much of `log` stay as is `given`, or else as the last time; `dir` has its database. */
export async function startKeeping(
  log: ReplicatedCore,
  dir: string,
  { given, compactor = new Compactor(log.core.core.storage.db) }: Wish
): Promise<void> {
  const { core, sync } = log
  const before = await loadKeep(core)
  const keep = given ?? before
  if (keep !== before) await saveKeep(core, keep)
  if (keep === 'all') return
  if (before === 'all' && core.length > 0) compactor.renew()
  const onfail = (err: unknown): void => void log.emit('failure', storageFailure(err, dir))
  log.keeper = new Keeper(core, { size: keep, sync, compactor, onfail })
}

import type { Timeout } from 'bare-timers'
import type Hypercore from 'hypercore'
import { Failure } from '../log/errors.js'
import { formatKey } from '../log/key.js'
import { storageFailure, syncFailure } from './failures.js'
import { DurableMark, type Mark } from './durable-mark.js'
import { WriteAheadLog, type Syncable } from './write-ahead-log.js'

const BEHIND = 200 // ms, that a sync is behind an append while there is no peer

interface Options {
  /** Sync what is appended before anybody sees it. */
  sync: boolean
  /** What the last writer has left. */
  mark: Mark | null
  /** The write-ahead log, where other logs have it, too. */
  log?: Syncable
  /** Gets what went wrong; nothing more is appended then. */
  onfail: (err: Failure) => void
}

/**
 * Has the blocks of a core on disk before anybody sees them. Hypercore awaits `flush` of its state for
 * everything that it appends or takes from a peer, before the length changes and before peers are told
 * (its `postappend` is too late, and to hold the announcements back is not enough: a peer that connects
 * meanwhile is told the length). So the sync is made a part of `flush`.
 *
 * As long as there is no peer, nobody sees anything, and a sync now and then runs behind the appends.
 */
export class Durability {
  readonly #core: Hypercore
  readonly #dir: string
  readonly #log: Syncable
  readonly #mark: DurableMark | null = null
  readonly #options: Options
  #isShared = false
  #syncing: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null // those who come while one is running share the next one
  #failure: Failure | null = null
  #timer: Timeout | null = null
  #isClosed = false

  constructor(core: Hypercore, dir: string, options: Options) {
    const { mark, sync } = options
    this.#core = core
    this.#dir = dir
    this.#options = options
    this.#log = options.log ?? new WriteAheadLog(core.core.storage.db, dir)
    if (!core.writable) this.#isShared = true
    else {
      const length = Math.max(core.length, mark?.length ?? 0)
      const state = sync && (this.isWhole || core.length === 0) ? 'synced' : 'unsynced'
      this.#mark = new DurableMark(dir, { key: formatKey(core.key), length, state })
    }
  }

  /** How many blocks were on disk once and are gone. */
  get missing(): number {
    return Math.max(0, (this.#options.mark?.length ?? 0) - this.#core.length)
  }

  get isSynced(): boolean {
    return this.#options.sync
  }

  /** Nobody can have a block that is not here. */
  get isWhole(): boolean {
    const { mark } = this.#options
    return mark !== null && mark.state !== 'unsynced' && this.missing === 0
  }

  /** All that is there is on disk when this resolves; from now on, all that comes is. */
  async open(): Promise<void> {
    const { mark } = this.#options
    if (mark && mark.key !== formatKey(this.#core.key)) {
      throw new Failure(
        `the log in ${this.#dir} is damaged, and the secret key that it is written with is gone: start a new log in another folder with --storage`
      )
    }
    await this.sync()
    await this.#mark?.create()
    if (!this.#options.sync) return
    const { state } = this.#core.core
    const flush = state.flush.bind(state)
    state.flush = async () => {
      if (this.#failure) throw this.#failure
      const flushed = await flush().catch((err: unknown) => this.#fail('write', err))
      if (this.#isShared) await this.sync()
      return flushed
    }
    this.#core.on('append', () => {
      if (this.#isShared) this.#noteAfter(this.#syncing)
      else this.#timer ??= setTimeout(() => this.#syncBehind(), BEHIND)
    })
  }

  /** What was appended until now may be seen when this resolves; what comes then is synced first. */
  async share(): Promise<void> {
    if (this.#isShared || !this.#options.sync) return
    this.#isShared = true
    await this.sync()
  }

  /** All that was appended until now is on disk when this resolves. */
  sync(): Promise<void> {
    this.#next ??= this.#syncing.then(() => {
      this.#next = null
      return this.#sync()
    })
    this.#syncing = this.#next
    return this.#next
  }

  /** To be called before the core is closed, when nothing is appended any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#failure) return
    const { length } = this.#core
    await this.sync()
    this.#mark?.note(length)
    await this.#mark?.close()
    this.#log.close()
  }

  #syncBehind(): void {
    this.#timer = null
    if (!this.#isClosed) this.#noteAfter(this.sync())
  }

  // What is there now is on disk when `synced` resolves.
  #noteAfter(synced: Promise<void>): void {
    const { length } = this.#core
    synced.then(
      () => this.#mark?.note(length),
      () => {} // `onfail` has it
    )
  }

  async #sync(): Promise<void> {
    await this.#log.sync().catch((err: unknown) => this.#fail('sync', err))
  }

  // A sync that succeeds after one that failed proves nothing: the system may have dropped what it had.
  #fail(what: 'sync' | 'write', err: unknown): never {
    this.#failure ??= what === 'sync' ? syncFailure(err, this.#dir) : storageFailure(err, this.#dir)
    this.#options.onfail(this.#failure)
    throw this.#failure
  }
}

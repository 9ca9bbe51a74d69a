import fs from 'bare-fs'
import path from 'bare-path'
import type Hypercore from 'hypercore'
import { decrypt } from '../log/encryption.js'
import { UsageError } from '../log/errors.js'
import type { Keep } from '../log/kept.js'
import { splitKey } from '../log/key.js'
import { ReplicatedCore, type Network } from '../peers/replicated-core.js'
import { refuseLogKey } from '../peers/ways.js'
import { Compactor } from './compactor.js'
import { Durability } from './durability.js'
import { storageFailure } from './failures.js'
import { syncFolders } from './first-start.js'
import { makeFolder } from './folder.js'
import { startKeeping } from './keeper.js'
import { sharedFolder } from './layout.js'
import { tellFailures } from './open-log.js'
import { SHARED } from './side-files.js'
import { openDatabase, seedOf } from './shared-database.js'
import { mendTie } from './tie.js'
import { syncFile, syncFolder, WriteAheadLog, type Syncable } from './write-ahead-log.js'

/** A database that has the copies of several logs: 100 of their own would take 100 times its memory. */
export class SharedStore implements Syncable {
  readonly dir: string
  readonly storage: Hypercore.Storage
  /** What makes those who have this database the same peer after a restart. */
  readonly seed: Uint8Array
  readonly compactor: Compactor
  readonly #log: WriteAheadLog
  readonly #close: () => Promise<void>
  #syncing: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null // those who come while one is running share the next one

  private constructor(dir: string, storage: Hypercore.Storage, seed: Uint8Array) {
    this.dir = dir
    this.storage = storage
    this.seed = seed
    this.compactor = new Compactor(storage.db)
    this.#log = new WriteAheadLog(storage.db, dir)
    this.#close = storage.close.bind(storage)
    storage.close = () => Promise.resolve() // by a core, which takes it for its own
  }

  /** Throws a Failure when the folder cannot be used. */
  static async open(dir: string): Promise<SharedStore> {
    try {
      const folders = makeFolder(dir)
      await mendTie(dir)
      const storage = await openDatabase(dir)
      const seed = await seedOf(storage)
      await syncFolders(dir, folders)
      return new SharedStore(dir, storage, seed)
    } catch (err) {
      throw storageFailure(err, dir)
    }
  }

  sync(): Promise<void> {
    this.#next ??= this.#syncing.then(() => {
      this.#next = null
      return this.#log.sync()
    })
    this.#syncing = this.#next
    return this.#next
  }

  /** By a log, which has it together with others. */
  close(): void {}

  /** Has it closed with its only log. */
  closeWithLog(): void {
    this.storage.close = () => this.end()
  }

  /** When all its logs are closed. */
  async end(): Promise<void> {
    this.#log.close()
    await this.#close()
  }
}

interface Options {
  key: Uint8Array
  network: Network
  sync: boolean
  /** How much of it stays: see `openLog`. */
  keep?: Keep | null
  /** Opened for this log alone when left out. */
  store?: SharedStore | null | undefined
  /** See `openLog`. */
  isMirror?: boolean | undefined
}

/** Opens the copy in `dir` of the log with this key, as openLog does; its blocks are in the shared database. */
export async function openShared(dir: string, options: Options): Promise<ReplicatedCore> {
  const { network, sync, keep = null, isMirror = false } = options
  const { key, secret } = splitKey(options.key)
  refuseLogKey(key, network)
  const store = options.store ?? (await SharedStore.open(sharedFolder(dir)))
  if (!options.store) store.closeWithLog()
  const log = new ReplicatedCore(dir, key, network, { storage: store.storage })
  try {
    await mark(dir)
    await log.ready()
    if (!isMirror) await decrypt(log.core, secret)
    const onfail = (err: Error): void => void log.emit('failure', err)
    const durability = new Durability(log.core, store.dir, { sync, mark: null, log: store, onfail })
    await durability.open()
    log.durability = durability
    await startKeeping(log, store.dir, { given: keep, compactor: store.compactor })
  } catch (err) {
    await log.close()
    throw err instanceof UsageError ? err : storageFailure(err, store.dir)
  }
  tellFailures(log, store.dir, { isMirror })
  return log
}

// On disk before there is anything of the log, so that it is not looked for elsewhere.
async function mark(dir: string): Promise<void> {
  const folders = makeFolder(dir)
  const file = path.join(dir, SHARED)
  if (fs.existsSync(file)) return
  fs.writeFileSync(file, '', { mode: 0o600 })
  await syncFile(file)
  for (const folder of folders) await syncFolder(folder)
}

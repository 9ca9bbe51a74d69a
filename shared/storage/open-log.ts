import Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { Failure, UsageError } from '../log/errors.js'
import { decrypt, requireReadable, wholeKey } from '../log/encryption.js'
import { loadKeep, type Keep } from '../log/kept.js'
import { splitKey } from '../log/key.js'
import { kindOf, madeOf, requireKind, type Wish } from '../log/kind.js'
import { ReplicatedCore, type Network } from '../peers/replicated-core.js'
import { refuseLogKey } from '../peers/ways.js'
import { storageFailure } from './failures.js'
import { Durability } from './durability.js'
import { readMark } from './durable-mark.js'
import { makeFolder } from './folder.js'
import { databaseIn, KEEPING, WHOLE } from './database.js'
import { startKeeping } from './keeper.js'
import { syncFolders } from './first-start.js'
import { isUntied, mendTie, untie } from './tie.js'
import { refuseExported } from './move-log.js'

interface Options {
  /** As `parseKey` has it, the key of somebody's log: `dir` gets a copy of it. Without one, it has a log of its own. */
  key?: Uint8Array
  /** Where to enter the DHT; the public nodes when left out. */
  network?: Network
  /** Have blocks on disk before anybody sees them: true for a log of its own, false for a copy when left out. */
  sync?: boolean
  /** The folder of a log of one's own may have come here from another place: no other copy is ever written. */
  onlyCopy?: boolean
  /** How many bytes of it stay; as the last time when left out, and at first all. It is remembered. */
  keep?: Keep | null
  /** What a new log of its own is. An existing one that is not all of that is refused, with a UsageError. */
  kind?: Wish | undefined
  /** Keep the copy without reading it: no secret is needed, and none is used. */
  isMirror?: boolean | undefined
}

/**
 * Opens the log in the folder `dir`, which is made when it is not there; `join` shares it, and `close` ends
 * it. What the log is, its key above all, is on disk when this resolves. Throws a Failure when the folder
 * cannot be used, or holds another log. Emits `failure`, with a Failure, when the log cannot go on: its disk is
 * full, say, or another history of it turned up.
 */
export async function openLog(
  dir: string,
  {
    key,
    network,
    sync = key === undefined,
    onlyCopy = false,
    keep = null,
    kind = {},
    isMirror = false
  }: Options = {}
): Promise<ReplicatedCore> {
  const isOwn = key === undefined
  const { key: own, secret } = key ? splitKey(key) : { key: null, secret: null }
  let log: ReplicatedCore | null = null
  try {
    if (key) refuseLogKey(key, network)
    const folders = makeFolder(dir)
    if (isOwn) refuseExported(dir)
    let mark = readMark(dir) // before Hypercore tidies up where its own file is missing
    await mendTie(dir)
    const open = (): Promise<ReplicatedCore> => openKeeping(dir, own, keep, { network, kind })
    log = await open().catch(async (err: unknown) => {
      if (!isUntied(err) || (isOwn && !onlyCopy)) throw err
      await untie(dir, { isOwn })
      if (mark) mark = { ...mark, state: 'unsynced' } // others may have blocks that came later
      return open()
    })
    if (isOwn) refuseExported(dir) // another process may have exported it before the folder was ours
    if (isOwn && !log.core.writable) {
      throw new Failure(
        `the log in ${dir} was written elsewhere, and only its copy is here: read it with reader-app, or choose another folder with --storage`
      )
    }
    kindOf(log.core) // throws when it is newer than this pearlog
    if (!isMirror) await decrypt(log.core, secret)
    refuseLogKey(wholeKey(log.core), network)
    if (isOwn) requireKind(log.core, kind, dir)
    await syncFolders(dir, folders)
    const onfail = (err: Failure): void => void log!.emit('failure', err)
    const durability = new Durability(log.core, dir, { sync, mark, onfail })
    await durability.open()
    log.durability = durability
    await startKeeping(log, dir, { given: keep })
  } catch (err) {
    await log?.close()
    throw err instanceof UsageError ? err : storageFailure(err, dir)
  }
  tellFailures(log, dir, { isMirror })
  return log
}

/** Has `log` emit `failure` for what happens to it from now on; `dir` has its database. */
export function tellFailures(log: ReplicatedCore, dir: string, { isMirror = false }): void {
  const { core } = log
  const check = isMirror ? kindOf : requireReadable // both throw
  log.on('storage-error', (err) => log.emit('failure', storageFailure(err, dir)))
  core.on('manifest', () => {
    try {
      check(core)
    } catch (err) {
      log.emit('failure', err as Failure)
    }
  })
  log.on('conflict', () => {
    const what = `this log has two histories signed with its key, and cannot be trusted or continued: the copy in ${dir} ends at block ${core.length}`
    log.emit('failure', new Failure(what))
  })
}

interface How {
  network: Network | undefined
  kind: Wish
}

// Whether it is to stay whole is remembered in it, and is to be known before it is opened.
async function openKeeping(
  dir: string,
  key: Uint8Array | null,
  keep: Keep | null,
  how: How
): Promise<ReplicatedCore> {
  const isKeeping = keep !== null && keep !== 'all'
  const log = await openCore(dir, key, how, isKeeping ? KEEPING : WHOLE)
  if (keep !== null || (await loadKeep(log.core)) === 'all') return log
  await log.close()
  return openCore(dir, key, how, KEEPING)
}

async function openCore(
  dir: string,
  key: Uint8Array | null,
  { network, kind }: How,
  options: Hypercore.StorageOptions
): Promise<ReplicatedCore> {
  const storage = databaseIn(dir, options)
  let log: ReplicatedCore | null = null
  try {
    const isNew = key === null && (await storage.getDefaultDiscoveryKey()) === null
    log = new ReplicatedCore(dir, key, network, { storage, ...(isNew ? madeOf(kind) : {}) })
    await log.ready()
  } catch (err) {
    await log?.close()
    await storage.close().catch(safetyCatch) // Hypercore leaves it open, and locked
    throw err
  }
  return log
}

import fs from 'bare-fs'
import process from 'bare-process'
import type { App } from '../host/app.js'
import { Failure, storageFailure } from '../log/errors.js'
import { Durability } from './durability.js'
import { readMark, type Mark } from './durable-mark.js'
import { makeFolder, mendTie, syncFolders } from './first-start.js'
import { checkHere } from './move-log.js'
import { ReplicatedCore } from '../peers/replicated-core.js'

interface Options {
  /** Has what comes on disk before anybody sees it. */
  sync: boolean
}

/**
 * Opens the log in `dir` for an app: with a `key` a copy of that log, without one the log that is
 * written here. What it is, its key above all, is on disk then. It is closed when the app stops.
 */
export async function openLog(
  app: App,
  dir: string,
  key: Uint8Array | null,
  { sync }: Options
): Promise<ReplicatedCore> {
  let log: ReplicatedCore
  let mark: Mark | null
  try {
    const folders = makeFolder(dir)
    checkOwner(dir)
    if (key === null) checkHere(dir)
    mark = readMark(dir) // before Hypercore moves it: it tidies up where its own file is missing
    await mendTie(dir)
    log = new ReplicatedCore(dir, key, app.network)
    app.onstop(() => log.close())
    await log.ready()
    if (key === null) checkHere(dir) // another one may have exported it before the folder was ours
    await syncFolders(dir, folders)
  } catch (err) {
    throw storageFailure(err, dir)
  }
  if (key === null && !log.core.writable) {
    throw new Failure(
      `the log in ${dir} was written elsewhere, and only its copy is here: read it with reader-app, or choose another folder with --storage`
    )
  }

  const durability = await openDurability(app, log, { sync, mark }).catch((err: unknown) => {
    throw storageFailure(err, dir)
  })
  log.durability = durability
  app.onstop(() => durability.close())

  log.on('storage-error', (err) => app.fail(storageFailure(err, dir)))
  log.on('conflict', () => {
    app.fail(
      new Failure(
        `this log has two histories signed with its key, and cannot be trusted or continued: the copy in ${dir} ends at block ${log.core.length}`
      )
    )
  })
  return log
}

async function openDurability(
  app: App,
  { core, dir }: ReplicatedCore,
  { sync, mark }: { sync: boolean; mark: Mark | null }
): Promise<Durability> {
  const durability = new Durability(core, dir, { sync, mark, onfail: app.fail })
  await durability.open()
  const { missing } = durability
  if (missing > 0) {
    app.say(
      `the disk has lost the last ${missing} of ${core.length + missing} blocks: nothing is appended before a reader has given them back; if nobody has them, start a new log in another folder with --storage`
    )
  }
  return durability
}

// As ssh does with its keys: others could put a log of theirs in its place.
function checkOwner(dir: string): void {
  if (process.platform === 'win32' || (fs.statSync(dir).mode & 0o022) === 0) return
  throw new Failure(`others can write to the folder ${dir}: take that right away with chmod go-w`)
}

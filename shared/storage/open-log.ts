import fs from 'bare-fs'
import process from 'bare-process'
import type { App } from '../host/app.js'
import { Failure, storageFailure } from '../log/errors.js'
import { makeFolder } from './make-folder.js'
import { checkHere } from './move-log.js'
import { ReplicatedCore } from '../peers/replicated-core.js'

/**
 * Opens the log in `dir` for an app: with a `key` a copy of that log, without one the log that is
 * written here. It is closed when the app stops.
 */
export async function openLog(
  app: App,
  dir: string,
  key: Uint8Array | null
): Promise<ReplicatedCore> {
  let log: ReplicatedCore
  try {
    makeFolder(dir)
    checkOwner(dir)
    if (key === null) checkHere(dir)
    log = new ReplicatedCore(dir, key, app.network)
    app.onstop(() => log.close())
    await log.ready()
    if (key === null) checkHere(dir) // another one may have exported it before the folder was ours
  } catch (err) {
    throw storageFailure(err, dir)
  }
  if (key === null && !log.core.writable) {
    throw new Failure(
      `the log in ${dir} was written elsewhere, and only its copy is here: read it with reader-app, or choose another folder with --storage`
    )
  }

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

// As ssh does with its keys: others could put a log of theirs in its place.
function checkOwner(dir: string): void {
  if (process.platform === 'win32' || (fs.statSync(dir).mode & 0o022) === 0) return
  throw new Failure(`others can write to the folder ${dir}: take that right away with chmod go-w`)
}

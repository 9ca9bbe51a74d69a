import fs from 'bare-fs'
import path from 'bare-path'
import FDLock from 'fd-lock'
import Hypercore from 'hypercore'
import { Failure } from '../log/errors.js'
import { sleep } from '../log/timeout.js'
import { renewIdentity } from '../peers/swarm-seed.js'
import { databaseIn } from './database.js'
import { POSITION, SIDE_FILES } from './side-files.js'

/** Hypercore's own file, which ties a log's folder to its place; where it is missing, it makes one. */
export const TIE = 'CORESTORE'

const MAKING = 1000 // ms, that another process may need to write it

/** Whether `err` says that the folder was copied, moved to another disk, or restored. */
export function isUntied(err: unknown): boolean {
  return (err as Error & { code?: string }).code === 'DEVICE_FILE'
}

/**
 * Has the next one that opens the log in `dir` tie it to its place of now. A copy of somebody's log harms
 * nobody; a log of one's own is taken as the only copy. Throws when another process has it open.
 */
export async function untie(dir: string, { isOwn }: { isOwn: boolean }): Promise<void> {
  await untieBy(dir, async (storage) => {
    if ((await storage.getDefaultDiscoveryKey()) === null) return storage.close() // it has lost all that it had
    const core = new Hypercore(storage)
    try {
      await core.ready()
      if (core.writable && !isOwn) {
        throw new Failure(`the log in ${dir} is a writer's, and not a copy: choose another folder`)
      }
      await renewIdentity(core)
    } finally {
      await core.close()
    }
  })
}

/**
 * The same for any database. The other one may be up: under one identity, peers would know one of them only, so
 * `renew` has this one get another, and closes what it was given.
 */
export async function untieBy(
  dir: string,
  renew: (storage: Hypercore.Storage) => Promise<void>
): Promise<void> {
  const tie = path.join(dir, TIE)
  const fd = fs.openSync(tie, 'r+')
  const lock = new FDLock(fd) // Hypercore's
  await lock.ready()
  try {
    // Another process may have tied it meanwhile.
    if (!fs.existsSync(tie) || fs.fstatSync(fd).ino !== fs.statSync(tie).ino) return
    await renew(databaseIn(dir, { allowBackup: true }))
    removeTie(dir)
  } finally {
    await lock.close()
  }
}

/** A power cut at the first start has left this file empty, or without its end: Hypercore makes a new one. */
export async function mendTie(dir: string): Promise<void> {
  const file = path.join(dir, TIE)
  if (!isCut(file)) return
  await sleep(MAKING)
  if (isCut(file)) removeTie(dir)
}

function isCut(file: string): boolean {
  if (!fs.existsSync(file)) return false
  const text = fs.readFileSync(file, 'utf8')
  return !/^device\/created=\d+$/m.test(text) || !text.endsWith('\n') || text.includes('\0')
}

// Where it is missing, Hypercore takes what else is there for its own, and moves it into its database's folder.
// A reader's position comes back from there.
function removeTie(dir: string): void {
  for (const name of [...SIDE_FILES, TIE]) {
    if (name !== POSITION) fs.rmSync(path.join(dir, name), { force: true })
  }
}

import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import Pipe, { createServer } from 'bare-pipe'
import type { Duplex } from 'streamx'
import type { Keep } from '../log/kept.js'
import { Position } from '../log/position.js'
import type { Network, ReplicatedCore } from '../peers/replicated-core.js'
import { InUse, storageFailure } from './failures.js'
import { isLog } from './folder.js'
import { isShared } from './layout.js'
import { openLog } from './open-log.js'
import { ReaderMark } from './reader-mark.js'
import { openShared, type SharedStore } from './shared-store.js'
import { SOCKET } from './side-files.js'
import { readStatus } from './status-file.js'

interface Options {
  key: Uint8Array
  network: Network
  sync?: boolean | undefined
  /** How much of it stays; as the last time when left out. */
  keep?: Keep | null
  /** Start somewhere else than at the position, and leave that alone. */
  look?: boolean
  /** Have this run set the position anew. */
  forget?: boolean
  /** The database for copies that are new. */
  store?: SharedStore | null | undefined
  /** See `openLog`. */
  isMirror?: boolean | undefined
}

/** A copy of somebody's log that is open, and where its reader is. */
export interface Copy {
  log: ReplicatedCore
  position: Position
  /** Where that is kept, too; null of a look through another process. */
  mark: ReaderMark | null
}

/**
 * Opens the copy in `dir` of the log with this key. One folder has one process: a look at a copy that
 * another one has open gets a folder for that long, and reads through the other one.
 */
export async function openCopy(dir: string, options: Options): Promise<Copy> {
  const { key, network, sync = false, keep = null, forget = false, store, isMirror } = options
  const look = options.look === true && !forget
  try {
    const isOwn = isLog(dir) || !(store || isShared(dir))
    const log = isOwn
      ? await openLog(dir, { key, network, sync, keep, isMirror })
      : await openShared(dir, { key, network, sync, keep, store, isMirror })
    if (Bare.platform !== 'win32') serveLooks(log)
    const mark = new ReaderMark(log.dir)
    const position = await Position.load(log.core, { look, forget, mark })
    if (!position.isLook && !isMirror) await openMark(mark, position, log)
    return { log, position, mark }
  } catch (err) {
    const isThere = err instanceof InUse && fs.existsSync(path.join(dir, SOCKET))
    if (!isThere) throw err
    if (!look) throw new InUse(`${err.message}; --tail 10 looks at it beside that one`, err)
    return lookThrough(dir, { key, network })
  }
}

async function openMark(mark: ReaderMark, position: Position, log: ReplicatedCore): Promise<void> {
  mark.isNeeded = position.isFromMark
  log.once('close', () => mark.close())
  try {
    await mark.open()
  } catch (err) {
    await log.close()
    throw storageFailure(err, log.dir)
  }
}

// Lets other processes of this user read the log: the folder is its owner's alone, and so is the socket.
function serveLooks({ core, dir }: ReplicatedCore): void {
  const server = createServer((socket) => {
    join(core.replicate(false), socket)
  })
  server.on('error', () => {}) // a disk without sockets, say: there are no looks then
  const socket = path.join(dir, SOCKET)
  fs.rmSync(socket, { force: true }) // of one that was killed
  inFolder(dir, () => server.listen(SOCKET))
  core.once('close', () => {
    server.close()
    fs.rmSync(socket, { force: true }) // a folder with a socket in it is hard to copy
  })
}

async function lookThrough(
  dir: string,
  { key, network }: { key: Uint8Array; network: Network }
): Promise<Copy> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-look-'))
  const log = await openLog(folder, { key, network })
  log.once('close', () => fs.rmSync(folder, { recursive: true, force: true }))
  const socket = inFolder(dir, () => new Pipe(SOCKET))
  join(log.core.replicate(true), socket)
  const saved = readStatus(dir)?.position ?? null
  return { log, position: Position.ofLook(log.core, saved), mark: null }
}

function join(stream: Duplex, socket: Pipe): void {
  stream.on('error', () => {}) // the other one is gone
  socket.on('error', () => stream.destroy())
  stream.on('close', () => socket.destroy())
  socket.on('data', (data) => void stream.write(data))
  socket.on('end', () => stream.destroy())
  stream.on('data', (data) => void socket.write(data as Buffer))
}

// A socket's whole path may have 108 bytes on Linux, and less elsewhere.
function inFolder<T>(dir: string, fn: () => T): T {
  const before = os.cwd()
  os.chdir(dir)
  try {
    return fn()
  } finally {
    os.chdir(before)
  }
}

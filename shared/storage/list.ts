import fs from 'bare-fs'
import path from 'bare-path'
import Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { formatKey, formatZ32 } from '../log/key.js'
import { kindName } from '../log/kind.js'
import { loadPosition } from '../log/position.js'
import { storageFailure } from './failures.js'
import { findLogs, type Place } from './layout.js'
import { hasOpen, isOpen } from './lock.js'
import { readMark } from './move-mark.js'
import { readNames } from './remembered.js'
import type { Role, RunStatus } from './run-status.js'
import { readKey, readStatus } from './status-file.js'

/** A log of the storage folder. What nobody can tell is null. */
export interface LogEntry {
  role: Role
  name: string | null
  /** As z-base-32. */
  key: string | null
  folder: string
  /** As `kindName` has it. */
  kind: string | null
  blocks: number | null
  bytes: number | null
  /** Bytes that the folder takes on its disk. */
  disk: number
  /** When it became longer, or else when its files changed. */
  changed: string | null
  /** The index after the last block that a reader has shown. */
  position: number | null
  /** Of the last run: blocks were on disk for good before anybody saw them. */
  synced: boolean | null
  /** The app that has it open. */
  running: { pid: number | null; peers: number | null; since: string | null } | null
  /** It was exported, and goes on elsewhere. */
  exported: boolean
  lastError: { at: string; message: string } | null
  /** Why its database cannot be read. */
  problem: string | null
}

type Figures = Pick<LogEntry, 'kind' | 'blocks' | 'bytes' | 'position'>

const UNKNOWN = { kind: null, blocks: null, bytes: null, position: null, problem: null }

/** All logs in the folder `storage`, as they are now; none of them is changed or locked. */
export async function listLogs(storage: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for (const place of findLogs(storage)) entries.push(await look(place))
  const names = new Map(readNames(storage).map(({ name, key }) => [formatZ32(key), name]))
  return entries.map((entry) => {
    const known = entry.role === 'reader' && entry.key ? names.get(entry.key) : null
    return { ...entry, name: entry.name ?? known ?? null }
  })
}

async function look({ role, name, dir }: Place): Promise<LogEntry> {
  const key = readKey(dir)
  const found = readStatus(dir)
  const status = key && found?.id === formatKey(Hypercore.discoveryKey(key)) ? found : null
  const { changed } = measure(path.join(dir, 'db'))
  const entry: LogEntry = {
    role,
    name,
    ...UNKNOWN,
    key: key && formatZ32(key),
    folder: dir,
    disk: measure(dir).disk,
    changed: status?.lastAppend ?? (changed > 0 ? new Date(changed).toISOString() : null),
    synced: status?.synced ?? null,
    running: null,
    exported: readMark(dir) !== null,
    lastError: status?.lastError ?? null
  }
  try {
    const isRunning = isOpen(dir)
    if (isRunning) entry.running = runOf(status, dir)
    // A run that was killed has not told the last of it; 0.1.0 and other programs tell nothing.
    const isTold = status !== null && isRunning === (status.ended === null)
    if (isTold) return { ...entry, ...figuresOf(status) }
    return isRunning ? entry : { ...entry, ...(await readDatabase(dir)) }
  } catch (err) {
    return { ...entry, problem: storageFailure(err, dir).message }
  }
}

function figuresOf({ kind = null, length, byteLength, position }: RunStatus): Figures {
  return { kind, blocks: length, bytes: byteLength, position }
}

// What is there may be of an earlier run than the one that has the log open.
function runOf(status: RunStatus | null, dir: string): LogEntry['running'] {
  if (!status || status.ended !== null || !hasOpen(status.pid, dir)) {
    return { pid: null, peers: null, since: null }
  }
  const { pid, peers, since } = status
  return { pid, peers, since }
}

// Nothing is locked or written, so that an app that starts meanwhile finds the log as it was.
async function readDatabase(dir: string): Promise<Figures & { key: string }> {
  const storage = Hypercore.defaultStorage(dir, { readOnly: true })
  const core = new Hypercore(storage, null, { createIfMissing: false, writable: false })
  try {
    await core.ready()
    const { key, length, byteLength } = core
    const position = (await loadPosition(core))?.start ?? null
    return {
      key: formatZ32(key),
      kind: kindName(core),
      blocks: length,
      bytes: byteLength,
      position
    }
  } finally {
    await core.close().catch(safetyCatch)
  }
}

function measure(file: string): { disk: number; changed: number } {
  const none = { disk: 0, changed: 0 }
  try {
    const stat = fs.lstatSync(file)
    const own = { disk: stat.blocks * 512, changed: stat.isFile() ? stat.mtimeMs : 0 }
    if (!stat.isDirectory()) return own
    return fs.readdirSync(file).reduce((sum, name) => {
      const { disk, changed } = measure(path.join(file, name))
      return { disk: sum.disk + disk, changed: Math.max(sum.changed, changed) }
    }, own)
  } catch {
    return none // gone meanwhile
  }
}

import path from 'bare-path'
import Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { formatKey, formatZ32, splitKey } from '../log/key.js'
import { loadKeep } from '../log/kept.js'
import { kindName } from '../log/kind.js'
import { measureLag, type Lag } from '../log/lag.js'
import { loadPosition } from '../log/position.js'
import { storageFailure } from './failures.js'
import { findLogs, type Place } from './layout.js'
import { hasOpen, isOpen } from './lock.js'
import { measureFolder } from './measure-folder.js'
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
  /** Bytes that the folder takes on its disk; null when it shares its database with others. */
  disk: number | null
  /** When it became longer, or else when its files changed. */
  changed: string | null
  /** The index after the last block that a reader has shown. */
  position: number | null
  /** How many bytes of it stay; null when all do. */
  keep: number | null
  /** What a reader has not shown yet, and when somebody was last here who knows what is in the log. */
  behind: Lag | null
  heard: string | null
  /** How many blocks a mirror held when it last told; null for others. */
  held: number | null
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

type Figures = Pick<LogEntry, 'kind' | 'blocks' | 'bytes' | 'position' | 'keep' | 'behind'>

const UNKNOWN = {
  kind: null,
  blocks: null,
  bytes: null,
  position: null,
  keep: null,
  behind: null,
  problem: null
}

/** All logs in the folder `storage`, as they are now; none of them is changed or locked. */
export async function listLogs(storage: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for (const place of findLogs(storage)) entries.push(await look(place))
  const names = new Map(
    readNames(storage).map(({ name, key }) => [formatZ32(splitKey(key).key), name])
  )
  return entries.map((entry) => {
    const known = entry.role === 'reader' && entry.key ? names.get(entry.key) : null
    return { ...entry, name: entry.name ?? known ?? null }
  })
}

async function look({ role, name, dir, database }: Place): Promise<LogEntry> {
  const key = readKey(dir)
  const found = readStatus(dir)
  const status = key && found?.id === formatKey(Hypercore.discoveryKey(key)) ? found : null
  const { changed } = measureFolder(path.join(dir, 'db'))
  const entry: LogEntry = {
    role,
    name,
    ...UNKNOWN,
    key: key && formatZ32(key),
    folder: dir,
    disk: database === dir ? measureFolder(dir).disk : null,
    changed: status?.lastAppend ?? (changed > 0 ? new Date(changed).toISOString() : null),
    heard: status?.heard ?? null,
    held: status?.held ?? null,
    synced: status?.synced ?? null,
    running: null,
    exported: readMark(dir) !== null,
    lastError: status?.lastError ?? null
  }
  try {
    const run = runOf(status, database)
    // That others of a database are open says nothing of this one.
    const isRunning = isOpen(database) && (database === dir || run.pid !== null)
    if (isRunning) entry.running = run
    // A run that was killed has not told the last of it; 0.1.0 and other programs tell nothing.
    const isTold = status !== null && isRunning === (status.ended === null)
    if (isTold) return { ...entry, ...figuresOf(status) }
    if (isRunning) return entry
    return { ...entry, ...(await readDatabase(database, database === dir ? null : key)) }
  } catch (err) {
    return { ...entry, problem: storageFailure(err, database).message }
  }
}

function figuresOf(status: RunStatus): Figures {
  const { kind = null, length, byteLength, position, keep = null, behind } = status
  return { kind, blocks: length, bytes: byteLength, position, keep, behind }
}

// What is there may be of an earlier run than the one that has the log open.
function runOf(status: RunStatus | null, dir: string): NonNullable<LogEntry['running']> {
  if (!status || status.ended !== null || !hasOpen(status.pid, dir)) {
    return { pid: null, peers: null, since: null }
  }
  const { pid, peers, since } = status
  return { pid, peers, since }
}

// `wanted` is the log in a database of several. Nothing is locked or written, so that an app that starts meanwhile
// finds the log as it was.
async function readDatabase(dir: string, wanted: Uint8Array | null): Promise<Partial<LogEntry>> {
  const storage = Hypercore.defaultStorage(dir, { readOnly: true })
  const core = new Hypercore(storage, wanted, { createIfMissing: false, writable: false })
  try {
    await core.ready()
    const { key, length, byteLength } = core
    const position = (await loadPosition(core))?.start ?? null
    const keep = await loadKeep(core)
    return {
      key: formatZ32(key),
      kind: kindName(core),
      blocks: length,
      bytes: byteLength,
      position,
      keep: keep === 'all' ? null : keep,
      behind: await measureLag(core)
    }
  } finally {
    await core.close().catch(safetyCatch)
  }
}

import type { Lag } from '../log/lag.js'

/** The app that has a log open. */
export type Role = 'writer' | 'reader'

/** What an app tells of its run on a log. Times are ISO 8601; there is nothing secret in it. */
export interface RunStatus {
  role: Role
  /** The log's discovery key, as hex: it does not give the right to read. */
  id: string
  pid: number
  since: string
  /** As `kindName` has it; pearlog before 0.2.0 tells none. */
  kind?: string | null
  /** Blocks are on its disk for good before anybody sees them: without `--no-sync`. */
  synced: boolean
  /** Null as long as it runs, or when it was killed. */
  ended: string | null
  length: number
  byteLength: number
  /** The block that a reader goes on at, perhaps inside of it. */
  position: number | null
  /** How many bytes of it stay; null when all do. */
  keep?: number | null
  /** What a reader has not shown yet. */
  behind: Lag | null
  /** How many blocks a mirror holds; null for others. pearlog before 0.2.0 tells nothing. */
  held?: number | null
  peers: number
  /** When a peer was last here that knows what is in the log, to the minute as long as it is here. */
  heard: string | null
  /** When the log became longer here; of an earlier run, when this one saw nothing new. */
  lastAppend: string | null
  lastError: { at: string; message: string } | null
}

/** What `text` says; null when it is damaged, or something else. */
export function parseStatus(text: string): RunStatus | null {
  try {
    const status = JSON.parse(text) as Partial<RunStatus>
    // What earlier versions do not tell.
    return isStatus(status)
      ? { ...status, behind: status.behind ?? null, heard: status.heard ?? null }
      : null
  } catch {
    return null
  }
}

function isStatus(status: Partial<RunStatus> | null): status is RunStatus {
  if (status === null || typeof status !== 'object') return false
  const { role, id, pid, since, ended, length, byteLength, position, peers } = status
  const { kind = null, held = null, lastAppend, lastError } = status
  return (
    (role === 'writer' || role === 'reader') &&
    typeof id === 'string' &&
    (kind === null || typeof kind === 'string') &&
    [pid, length, byteLength, peers].every(isCount) &&
    [position, held].every((n) => n === null || isCount(n)) &&
    isTime(since) &&
    [ended, lastAppend].every((time) => time === null || isTime(time)) &&
    (lastError === null ||
      (isTime(lastError?.at) && typeof (lastError as { message?: unknown }).message === 'string'))
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
}

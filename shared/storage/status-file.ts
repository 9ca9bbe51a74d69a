import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import safetyCatch from 'safety-catch'
import { formatKey, formatZ32, parseKey } from '../log/key.js'
import { kindName } from '../log/kind.js'
import { measureLag } from '../log/lag.js'
import { loadPosition } from '../log/position.js'
import { now } from '../log/clock.js'
import { knowsTheLog } from '../peers/findings.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { parseStatus, type Role, type RunStatus } from './run-status.js'
import { KEY, STATUS } from './side-files.js'
import { readSmallFile } from './small-file.js'

// ms
const WRITE_EVERY = 1000
const HEARD_EVERY = 60_000
const OWNER_ONLY = 0o600

interface Host {
  onstop: (fn: (failure: string | null) => Promise<void>) => void
  /** How often it may be written, in ms. */
  statusEvery?: number
}

/**
 * Keeps `status.json` in the folder of `log` as long as the app runs, for those who look at the folder
 * without stopping it: written in one piece, at most once a second, and once at the end. A disk that does
 * not take it is no error here: the log itself tells that.
 */
export function keepStatusFile(
  log: ReplicatedCore,
  role: Role,
  { onstop, statusEvery = WRITE_EVERY }: Host,
  mirror: { held: number } | null = null
): void {
  const { core, dir } = log
  const id = formatKey(core.discoveryKey)
  const before = readStatus(dir)
  let status: RunStatus = {
    role,
    id,
    pid: os.pid(),
    since: timestamp(),
    kind: null,
    synced: log.durability?.isSynced ?? false,
    ended: null,
    length: 0,
    byteLength: 0,
    position: null,
    keep: log.keeper?.size ?? null,
    behind: null,
    held: null,
    peers: 0,
    heard: before?.id === id ? before.heard : null,
    lastAppend: before?.id === id ? before.lastAppend : null,
    lastError: before?.id === id ? before.lastError : null
  }
  let written = ''
  let writing: Promise<void> | null = null

  const write = async (end: Partial<RunStatus> = {}): Promise<void> => {
    if (!core.closing) {
      const { length, byteLength } = core
      status = { ...status, kind: kindName(core), length, byteLength, peers: log.peers }
      status.held = mirror?.held ?? null
      status.position = (await loadPosition(core))?.start ?? null
      if (role === 'reader') status.behind = await measureLag(core)
    }
    status = { ...status, ...end }
    const text = `${JSON.stringify(status, null, 2)}\n`
    if (text === written) return
    await replaceFile(path.join(dir, STATUS), text)
    written = text
  }
  const tick = (): void => {
    const isDue = now() - heard >= HEARD_EVERY
    if (isDue && core.peers.some(knowsTheLog)) hear()
    writing ??= write()
      .catch(safetyCatch)
      .finally(() => {
        writing = null
      })
  }

  let heard = -Infinity
  const hear = (): void => {
    status.heard = timestamp()
    heard = now()
  }
  core.on('append', () => {
    status.lastAppend = timestamp()
    if (core.peers.some(knowsTheLog)) hear()
  })
  core.on('peer-remove', (peer) => {
    if (knowsTheLog(peer)) hear()
  })
  tick()
  const timer = setInterval(tick, statusEvery)
  onstop(async (failure) => {
    clearInterval(timer)
    await writing
    const ended = timestamp()
    const lastError = failure === null ? status.lastError : { at: ended, message: failure }
    await write({ ended, lastError, peers: 0 })
  })
  keepKey(dir, core.key)
}

/** What the run that has the log in `dir` open, or had it last, tells; null when nothing of use is there. */
export function readStatus(dir: string): RunStatus | null {
  return parseStatus(readSmallFile(path.join(dir, STATUS)) ?? '')
}

/** The key beside the log in `dir`, or null when nothing of use is there. */
export function readKey(dir: string): Uint8Array | null {
  try {
    return parseKey(readSmallFile(path.join(dir, KEY)) ?? '')
  } catch {
    return null
  }
}

function timestamp(): string {
  return new Date().toISOString()
}

function keepKey(dir: string, key: Uint8Array): void {
  const text = `${formatZ32(key)}\n`
  const file = path.join(dir, KEY)
  if (readSmallFile(file) !== text) replaceFile(file, text).catch(safetyCatch)
}

async function replaceFile(file: string, text: string): Promise<void> {
  await fs.writeFile(`${file}.new`, text, { mode: OWNER_ONLY })
  await fs.rename(`${file}.new`, file)
}

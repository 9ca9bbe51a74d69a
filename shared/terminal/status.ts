import speedometer from 'speedometer'
import byteSize from 'tiny-byte-size'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import type { Screen } from './screen.js'

const REDRAW = 250 // ms
const BAR = 20 // columns

export interface Progress {
  /** The index after the last block that is done. */
  block: number
  /** How many bytes are done. */
  bytes: number
  /** Where it started, and where it catches up to. */
  from?: number
  to?: number
}

interface Host {
  screen: Screen
  say: (text: string) => void
  onstop: (fn: () => Promise<void>) => void
}

/** What the live line shows; `progress` is given as soon as there is any. */
export interface Status {
  progress: (() => Progress) | null
}

/**
 * Keeps the person at the terminal posted on whom `log` is shared with and how far it has come: in the
 * live line, or where there is none by a notice for each change of peers.
 */
export function showStatus(log: ReplicatedCore, doing: string, host: Host): Status {
  const status: Status = { progress: null }
  if (host.screen.terminal) showLiveLine(log, doing, host, status)
  else noteChanges(log, doing, host)
  return status
}

function showLiveLine(
  log: ReplicatedCore,
  doing: string,
  { screen, onstop }: Host,
  status: Status
): void {
  const rate = speedometer()
  let counted: number | null = null // what was there before does not count
  const draw = (): void => {
    const now = status.progress?.() ?? null
    const bytes = now?.bytes ?? 0
    const bytesPerSecond = rate(bytes - (counted ?? bytes))
    counted = bytes
    const behind = now !== null && now.block < (now.to ?? 0)
    const state = peers(log, behind ? 'catching up with' : doing)
    const parts = [state, ...(now ? measures(now, bytesPerSecond) : [])]
    screen.set(fit(parts, screen.columns))
  }
  const timer = setInterval(draw, REDRAW)
  log.on('status', draw)
  log.on('peers', draw)
  onstop(async () => {
    clearInterval(timer)
    screen.set('')
  })
  draw()
}

function noteChanges(log: ReplicatedCore, doing: string, { say }: Host): void {
  let said = ''
  const note = (): void => {
    const text = peers(log, doing)
    const why = log.status === 'offline' ? ': no DHT node answers; trying on' : ''
    if (text !== said) say(text + why)
    said = text
  }
  log.on('status', note)
  log.on('peers', note)
  note()
}

function peers(log: ReplicatedCore, doing: string): string {
  switch (log.status) {
    case 'apart':
      return 'not shared before the end of the input'
    case 'offline':
      return 'offline'
    case 'searching':
      return 'looking for peers'
    default:
      return `${doing} ${log.peers} ${log.peers === 1 ? 'peer' : 'peers'}`
  }
}

function measures({ block, bytes, from = 0, to = 0 }: Progress, bytesPerSecond: number): string[] {
  const speed = bytesPerSecond > 0 ? [byteSize.perSecond(bytesPerSecond)] : []
  if (block >= to)
    return [`${block} ${block === 1 ? 'block' : 'blocks'}`, byteSize(bytes), ...speed]

  const done = (block - from) / (to - from)
  const filled = Math.round(done * BAR)
  const left = (bytes / done) * (1 - done)
  return [
    `${Math.floor(done * 100)}%`,
    ...speed,
    ...(done > 0 && bytesPerSecond > 0 ? [`${duration(left / bytesPerSecond)} left`] : []),
    `[${'='.repeat(filled)}${' '.repeat(BAR - filled)}]`
  ]
}

// As many as fit, the most telling first.
function fit([first, ...others]: string[], columns: number): string {
  let line = first!
  for (const part of others) {
    if (line.length + part.length + 2 > columns) break
    line += `, ${part}`
  }
  return line
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${Math.ceil(seconds / 3600)} h`
}

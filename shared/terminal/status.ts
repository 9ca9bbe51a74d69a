import speedometer from 'speedometer'
import type { Timeout } from 'bare-timers'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import type { Company } from '../peers/roles.js'
import { width } from './columns.js'
import { measures, type Progress } from './measures.js'
import type { Screen } from './screen.js'

const REDRAW = 250 // ms
const INTRODUCTION = 500 // ms

interface Host {
  screen: Screen
  say: (text: string) => void
  onstop: (fn: () => Promise<void>) => void
  /** The live line is one for several logs. */
  board?: Board | null
}

/** What the live line shows; `progress` is given as soon as there is any. */
export interface Status {
  progress: (() => Progress) | null
}

/** Shows several logs together. */
export interface Board {
  add(log: ReplicatedCore, status: Status, host: Host): void
}

/**
 * Keeps the person at the terminal posted on whom `log` is shared with and how far it has come: in the
 * live line, or where there is none by a notice for each change of peers.
 */
export function showStatus(
  log: ReplicatedCore,
  doing: string,
  host: Host,
  behind = 'catching up with'
): Status {
  const status: Status = { progress: null }
  if (host.board) host.board.add(log, status, host)
  else if (host.screen.terminal) showLiveLine(log, { doing, behind }, host, status)
  else noteChanges(log, doing, host)
  return status
}

function showLiveLine(
  log: ReplicatedCore,
  words: { doing: string; behind: string },
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
    const isBehind = now !== null && now.block < (now.to ?? 0)
    const state = peers(log, isBehind ? words.behind : words.doing)
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
  let later: Timeout | null = null
  // A peer tells its role, and proves it, some round trips after it has come.
  const onpeers = (): void => {
    if (later) clearTimeout(later)
    if (log.company.unknown > 0) later = setTimeout(note, INTRODUCTION)
    else note()
  }
  log.on('status', onpeers)
  log.on('peers', onpeers)
  log.core.once('append', onpeers) // with the first block comes what a proof is checked against
  onpeers()
}

function peers(log: ReplicatedCore, doing: string): string {
  switch (log.status) {
    case 'not joined':
      return 'not shared before the end of the input'
    case 'offline':
      return 'offline'
    case 'searching':
      return 'looking for peers'
    default:
      return `${doing} ${company(log.company)}`
  }
}

function company({ writer, readers, unknown, blindPeer }: Company): string {
  const what = unknown > 0 ? 'peer' : 'reader'
  const number = readers + unknown
  const others = `${number} ${what}${number === 1 ? '' : 's'}`
  const all = writer ? ['the writer'] : []
  if (number > 0 || !(writer || blindPeer)) all.push(others)
  if (blindPeer) all.push('the blind peer')
  return [all.slice(0, -1).join(', '), all.at(-1)!].filter((part) => part !== '').join(' and ')
}

/** As many parts of a live line as fit, the most telling first. */
export function fit([first, ...others]: string[], columns: number): string {
  let line = first!
  for (const part of others) {
    if (width(line) + width(part) + 2 > columns) break
    line += `, ${part}`
  }
  return line
}

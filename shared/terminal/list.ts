import byteSize from 'tiny-byte-size'
import { UsageError } from '../log/errors.js'
import { listLogs, type LogEntry } from '../storage/list.js'
import { escapeControls } from './format.js'

interface Host {
  args: { key?: string | undefined }
  /** The folder that holds the logs. */
  storage: string
  say: (text: string) => void
  printOut: (text: string) => Promise<void>
}

/** Prints a line for each log in the storage folder; with `json`, an object. */
export async function printList(
  { args, storage, say, printOut }: Host,
  { json }: { json: boolean }
): Promise<void> {
  if (args.key !== undefined) throw new UsageError('--list takes no key')
  const entries = await listLogs(storage)
  if (entries.length === 0) say(`no logs in ${storage}`)
  const text = json ? entries.map((entry) => `${JSON.stringify(entry)}\n`).join('') : table(entries)
  await printOut(text)
}

function table(entries: LogEntry[]): string {
  const rows = entries.map(cells)
  const most = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: most }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0))
  )
  const line = (row: string[]): string => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')
  return rows.map((row) => `${escapeControls(line(row)).trimEnd()}\n`).join('')
}

function cells(entry: LogEntry): string[] {
  const { role, name, key, kind, blocks, bytes, disk, changed, keep } = entry
  return [
    entry.held === null ? role : 'mirror',
    name ?? '-',
    key ?? '-',
    blocks === null ? '-' : count(blocks, 'block'),
    bytes === null ? '-' : byteSize(bytes),
    disk === null ? '-' : `${byteSize(disk)} on disk`,
    changed === null ? '-' : changed.replace(/\.\d+Z$/, 'Z'),
    place(entry),
    state(entry),
    ...(kind === null || kind === 'plain' ? [] : [kind]),
    ...(keep === null ? [] : [`keeps ${byteSize(keep)}`]),
    ...(role === 'writer' && entry.synced === false ? ['--no-sync'] : [])
  ]
}

function place({ position, held, blocks }: LogEntry): string {
  if (held !== null) return held === blocks ? 'holds all' : `holds ${count(held, 'block')}`
  return position === null ? '-' : `at block ${position}`
}

function state({ running, exported, problem }: LogEntry): string {
  if (problem !== null) return problem
  if (running === null) return exported ? 'exported' : 'not running'
  const { pid, peers } = running
  if (pid === null) return 'running'
  return `running, pid ${pid}, ${count(peers ?? 0, 'peer')}`
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

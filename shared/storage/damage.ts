import fs from 'bare-fs'
import path from 'bare-path'
import { isDamage } from '../log/errno.js'
import { parseStatus } from './run-status.js'
import { STATUS } from './side-files.js'
import { readSmallFile } from './small-file.js'
import { TIE } from './tie.js'

// What Hypercore writes there: nothing else can be true of a file that is whole.
const WHOLE_TIE =
  /^(?:id=\S*\n)?(?:device\/platform=(?:linux|darwin|win32|android|ios)\n)?device\/inode=(\d+)\ndevice\/created=(\d{13})\n(?:device\/attribute=original\n)?$/
const TIE_SLACK = 5000 // ms, Hypercore's
const MISSING = /[\\/]db[\\/]/

/** Whether `err` says that the log in `dir` is not what was written there: its bits, or a file of it. */
export function isDamaged(err: Error & { code?: string }, dir: string): boolean {
  if (isDamage(err)) return true
  const { code, message } = err.cause instanceof Error ? (err.cause as typeof err) : err
  return code === 'ENOENT' && MISSING.test(message) && fs.existsSync(path.join(dir, 'db'))
}

/** What a person does about a damaged log. */
export function damagedLog(err: Error, dir: string): string {
  const what = `the log in ${dir} is damaged (${reasonFor(err)})`
  const status = parseStatus(readSmallFile(path.join(dir, STATUS)) ?? '')
  if (status?.role === 'writer') {
    return `${what}: restore the folder from a backup if nothing was written after that, or start a new log with --log NAME`
  }
  const again = 'and its blocks are fetched again from peers'
  const from = status?.position ?? null
  if (status?.role === 'reader' && from !== null) {
    return `${what}: move the folder away and start once with --from ${from}, ${again}`
  }
  if (status?.role === 'reader') return `${what}: move the folder away and start again, ${again}`
  return `${what}: restore the folder from a backup, or choose another with --storage`
}

// What comes first in RocksDB's own words; the numbers after it are for those who set DEBUG.
function reasonFor(err: Error): string {
  const { message } = err.cause instanceof Error ? err.cause : err
  if (/no such file/i.test(message)) return 'a file is missing'
  return /^.*?(?=:| {2}|$)/.exec(message)![0]
}

/**
 * Whether the file that ties the log in `dir` to its place may have been damaged, rather than moved: of a copy,
 * the file's inode is another one than it says, and the file's time, too.
 */
export function isDamagedTie(dir: string): boolean {
  const text = readSmallFile(path.join(dir, TIE))
  if (text === null) return false
  const [, inode, created] = WHOLE_TIE.exec(text.replaceAll('\r\n', '\n')) ?? []
  if (inode === undefined) return true
  const { ino, mtimeMs, birthtimeMs } = fs.statSync(path.join(dir, TIE))
  const age = Math.abs(Math.max(mtimeMs, birthtimeMs) - Number(created))
  return (ino === Number(inode)) !== age < TIE_SLACK
}

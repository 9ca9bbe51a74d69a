import fs from 'bare-fs'
import path from 'bare-path'
import { syncFile, syncFolder } from './write-ahead-log.js'

// Files in a log's folder, with its key and length. A log is written in one place: two writers sign two
// histories, which ends it.
export const EXPORTED = 'EXPORTED'
export const IMPORTED = 'IMPORTED'

/** Says whose log it was, and how long. */
export interface Mark {
  name: typeof EXPORTED | typeof IMPORTED
  key: string
  length: number
}

/** The log in `dir` is marked as exported, on disk, when this resolves: a power cut must not take that back. */
export async function writeMark(dir: string, { key, length }: Omit<Mark, 'name'>): Promise<void> {
  const file = path.join(dir, EXPORTED)
  fs.writeFileSync(file, `${key} ${length}\n`)
  await syncFile(file)
  await syncFolder(dir)
}

/** The mark of the log in `dir`, or null when it has none. */
export function readMark(dir: string): Mark | null {
  for (const name of [EXPORTED, IMPORTED] as const) {
    const file = path.join(dir, name)
    if (!fs.existsSync(file)) continue
    const [key = '', length = ''] = fs.readFileSync(file, 'utf8').trim().split(' ')
    return { name, key, length: Number(length) }
  }
  return null
}

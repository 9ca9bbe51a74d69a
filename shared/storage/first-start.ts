import fs from 'bare-fs'
import path from 'bare-path'
import { sleep } from '../log/timeout.js'
import { syncFile, syncFolder } from './write-ahead-log.js'

// Hypercore's own file, which ties a folder to its place.
const TIE = 'CORESTORE'
const MAKING = 1000 // ms, that another one may need to write it

/** What ties the log in `dir` to its place is on disk when this resolves, and the names of these folders. */
export async function syncFolders(dir: string, folders: string[]): Promise<void> {
  await syncFile(path.join(dir, TIE))
  for (const folder of folders) await syncFolder(folder)
}

/** A power cut at the first start has left this file empty, or without its end: Hypercore makes a new one. */
export async function mendTie(dir: string): Promise<void> {
  const file = path.join(dir, TIE)
  if (!isCut(file)) return
  await sleep(MAKING)
  if (isCut(file)) fs.unlinkSync(file)
}

function isCut(file: string): boolean {
  if (!fs.existsSync(file)) return false
  const text = fs.readFileSync(file, 'utf8')
  return !/^device\/created=\d+$/m.test(text) || !text.endsWith('\n') || text.includes('\0')
}

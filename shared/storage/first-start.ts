import fs from 'bare-fs'
import path from 'bare-path'
import { sleep } from '../log/timeout.js'
import { syncFile, syncFolder } from './write-ahead-log.js'

// Hypercore's own file, which ties a folder to its place.
const TIE = 'CORESTORE'
const MAKING = 1000 // ms, that another one may need to write it

/**
 * Makes the folder `dir`, and resolves to the folders whose names are new, or may be: `dir` itself up to
 * the first one that was there before.
 */
export function makeFolder(dir: string): string[] {
  const folders = [dir, path.dirname(dir)]
  for (let folder = dir; !fs.existsSync(folder); folder = path.dirname(folder)) {
    folders.push(path.dirname(folder))
  }
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 }) // the key in it is the right to read
  return [...new Set(folders)]
}

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

import path from 'bare-path'
import { TIE } from './tie.js'
import { syncFile, syncFolder } from './write-ahead-log.js'

/** What ties the log in `dir` to its place is on disk when this resolves, and the names of these folders. */
export async function syncFolders(dir: string, folders: string[]): Promise<void> {
  await syncFile(path.join(dir, TIE))
  for (const folder of folders) await syncFolder(folder)
}

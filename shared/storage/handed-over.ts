import fs from 'bare-fs'
import path from 'bare-path'
import { writerFolder } from './layout.js'
import { isLog } from './folder.js'
import { HANDED_OVER } from './side-files.js'
import { readSmallFile } from './small-file.js'
import { syncFile, syncFolder } from './write-ahead-log.js'

// `whole`: all of it is in the log; `done <stamp>`: and readers hold it.
const [WHOLE, DONE] = ['whole', 'done']

/** What became of what the log in `dir` was made to hand over. */
export interface HandedOver {
  /** All of it is in the log, which was shared then. */
  isWhole: boolean
  /** The stamp of what readers hold, or null when they do not. */
  done: string | null
}

/** What is told in the folder; a file that is damaged tells nothing. */
export function readHandedOver(dir: string): HandedOver {
  const [, word, stamp = ''] =
    /^(whole|done)(?: (\S+))?\n$/.exec(readSmallFile(path.join(dir, HANDED_OVER)) ?? '') ?? []
  return { isWhole: word !== undefined, done: word === DONE ? stamp : null }
}

/** It is on disk when this resolves. Throws what the system says. */
export async function writeHandedOver(dir: string, done: string | null = null): Promise<void> {
  const file = path.join(dir, HANDED_OVER)
  fs.writeFileSync(file, done === null ? `${WHOLE}\n` : `${DONE} ${done}\n`, { mode: 0o600 })
  await syncFile(file)
  await syncFolder(dir)
}

/**
 * The name of the log that hands over what `base` names: that of the last one begun. When that is done, it is
 * the name of a new one, except for what still has the same `stamp`.
 */
export function handOverName(storage: string, base: string, stamp: string | null): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`
    const dir = writerFolder(storage, name)
    const { done } = readHandedOver(dir)
    if (!isLog(dir) || done === null || done === stamp) return name
  }
}

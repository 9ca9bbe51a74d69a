import fs from 'bare-fs'
import path from 'bare-path'

/**
 * Makes `dir`, with all folders above it, for its owner alone: the key of a log in it is the right to read.
 * Throws the system's own error, which `mkdirSync` of bare-fs 4.8 hides behind ENOENT.
 */
export function makeFolder(dir: string): void {
  if (fs.existsSync(dir)) return
  const parent = path.dirname(dir)
  if (parent !== dir) makeFolder(parent)
  try {
    fs.mkdirSync(dir, { mode: 0o700 })
  } catch (err) {
    // Another pearlog may have made it just now.
    if ((err as { code?: string }).code !== 'EEXIST') throw err
  }
}

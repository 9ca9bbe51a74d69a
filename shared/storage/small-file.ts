import fs from 'bare-fs'

const MOST = 1024 * 1024 // bytes

/** The text of a small file; null when there is no such file, or something else in its place. */
export function readSmallFile(file: string): string | null {
  try {
    const { size } = fs.statSync(file)
    return fs.statSync(file).isFile() && size <= MOST ? fs.readFileSync(file, 'utf8') : null
  } catch {
    return null
  }
}

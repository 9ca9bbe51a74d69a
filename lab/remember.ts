import fs from 'bare-fs'
import path from 'bare-path'

/**
 * Returns what brings these of the default log's files back to what they are now; the log stays in place, as on a
 * disk image. `DURABLE` is what it knows of the disk: with it, nothing says that blocks are missing.
 */
export function remember(storage: string, copy: string, names: string[]): () => void {
  const dir = path.join(storage, 'writer-storage')
  for (const name of names)
    fs.cpSync(path.join(dir, name), path.join(copy, name), { recursive: true })
  return () => {
    for (const name of names) {
      fs.rmSync(path.join(dir, name), { recursive: true })
      fs.cpSync(path.join(copy, name), path.join(dir, name), { recursive: true })
    }
  }
}

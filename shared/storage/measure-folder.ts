import fs from 'bare-fs'
import path from 'bare-path'

/** Bytes that a file or folder takes on its disk, and when its files changed last, in ms; 0 when it is gone. */
export function measureFolder(file: string): { disk: number; changed: number } {
  const none = { disk: 0, changed: 0 }
  try {
    const stat = fs.lstatSync(file)
    const own = { disk: stat.blocks * 512, changed: stat.isFile() ? stat.mtimeMs : 0 }
    if (!stat.isDirectory()) return own
    return fs.readdirSync(file).reduce((sum, name) => {
      const { disk, changed } = measureFolder(path.join(file, name))
      return { disk: sum.disk + disk, changed: Math.max(sum.changed, changed) }
    }, own)
  } catch {
    return none // gone meanwhile
  }
}

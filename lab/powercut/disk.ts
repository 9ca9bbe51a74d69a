import b4a from 'b4a'
import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'

const SOURCE = path.join(import.meta.dirname, '..', '..', '..', 'lab', 'powercut', 'powercut.c')
// Hypercore's file that ties a log to its place: to its inode, too.
const TIE = 'CORESTORE'

/** Builds what watches a disk, into `folder`; null where that cannot be done. */
export function buildPowercut(folder: string): string | null {
  if (Bare.platform !== 'linux') return null
  const library = path.join(folder, 'powercut.so')
  const flags = ['-O2', '-Wno-format-truncation', '-shared', '-fPIC']
  const { status } = spawnSync('cc', [...flags, '-o', library, SOURCE, '-ldl', '-pthread'])
  return status === 0 ? library : null
}

/** A folder on a disk that can lose its power: what was not synced is gone then. */
export class Disk {
  readonly folder: string
  /** For programs that write to it. */
  readonly env: Record<string, string>
  readonly #image: string

  /** `library` is what `buildPowercut` has built; `place` is a folder of ours. */
  constructor(library: string, place: string) {
    this.folder = path.join(place, 'disk')
    this.#image = path.join(place, 'image')
    fs.mkdirSync(this.folder, { recursive: true })
    fs.mkdirSync(this.#image)
    this.env = {
      LD_PRELOAD: library,
      POWERCUT_DIR: this.folder,
      POWERCUT_IMAGE: this.#image,
      UV_USE_IO_URING: '0' // which it does not see
    }
  }

  /** The power is cut, and comes back. Those who write to it have been killed. */
  cut(): void {
    restore(this.#image, this.folder)
    this.settle()
  }

  /** All that is there is on it for good. Nobody writes to it. */
  settle(): void {
    removeSockets(this.folder)
    for (const folder of [this.#image, `${this.#image}.inodes`]) {
      fs.rmSync(folder, { recursive: true, force: true })
    }
    fs.cpSync(this.folder, this.#image, { recursive: true })
  }
}

// Of those who were killed: nothing copies them.
function removeSockets(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name)
    const stat = fs.lstatSync(file)
    if (stat.isDirectory()) removeSockets(file)
    else if (!stat.isFile()) fs.unlinkSync(file)
  }
}

// File by file: the one that ties a log to its place stays the same one.
function restore(image: string, folder: string): void {
  const kept = new Set(fs.readdirSync(image))
  for (const name of fs.readdirSync(folder)) {
    if (!kept.has(name)) fs.rmSync(path.join(folder, name), { recursive: true })
  }
  for (const name of kept) {
    const [from, to] = [path.join(image, name), path.join(folder, name)]
    if (fs.statSync(from).isDirectory()) {
      if (!fs.existsSync(to)) fs.mkdirSync(to, { mode: 0o700 })
      restore(from, to)
      continue
    }
    if (name === TIE && sameBytes(from, to)) continue
    if (name === TIE && fs.existsSync(to)) fs.truncateSync(to, fs.statSync(from).size)
    else fs.cpSync(from, to)
  }
}

function sameBytes(a: string, b: string): boolean {
  return fs.existsSync(b) && b4a.equals(fs.readFileSync(a) as Buffer, fs.readFileSync(b) as Buffer)
}

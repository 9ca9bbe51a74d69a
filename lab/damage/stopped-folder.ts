import fs from 'bare-fs'
import path from 'bare-path'
import type { Random } from '../random.js'

// Hypercore's file that ties a log to its place: to its inode and its time, too.
const TIE = 'CORESTORE'

/** The kinds of files in a log's folder, each with what its name is like. */
export const KINDS: Record<string, RegExp> = {
  CORESTORE: /^CORESTORE$/,
  DURABLE: /^DURABLE$/,
  POSITION: /^POSITION$/,
  key: /^key$/,
  status: /^status\.json$/,
  CURRENT: /^db\/CURRENT$/,
  IDENTITY: /^db\/IDENTITY$/,
  MANIFEST: /^db\/MANIFEST-\d+$/,
  OPTIONS: /^db\/OPTIONS-\d+$/,
  LOG: /^db\/LOG$/,
  'write-ahead log': /^db\/\d+\.log$/,
  table: /^db\/\d+\.sst$/,
  blob: /^db\/\d+\.blob$/
}

/** The folder of a log that is stopped, which can be damaged and be what it was again. */
export class StoppedFolder {
  readonly dir: string
  readonly #copy: string
  #born: number

  /** Keeps what is in `dir` now in `copy`. */
  constructor(dir: string, copy: string) {
    this.dir = dir
    this.#copy = copy
    fs.cpSync(dir, copy, { recursive: true })
    this.#born = bornAt(path.join(dir, TIE))
  }

  /** The files of a kind that have anything in them, in order. */
  files(kind: string): string[] {
    const names = [...namesIn(this.dir), ...namesIn(path.join(this.dir, 'db'), 'db/')].toSorted()
    return names.filter((name) => KINDS[kind]!.test(name) && sizeOf(path.join(this.dir, name)) > 0)
  }

  /** Flips a bit of a file of that kind; null when there is none. Says which. */
  flip(kind: string, random: Random): string | null {
    const files = this.files(kind)
    if (files.length === 0) return null
    const name = files[Math.floor(random.below(files.length))]!
    const file = path.join(this.dir, name)
    const bytes = fs.readFileSync(file) as Buffer
    const at = Math.floor(random.below(bytes.byteLength))
    const bit = Math.floor(random.below(8))
    bytes[at]! ^= 1 << bit
    rewrite(file, bytes)
    return `bit ${bit} of byte ${at} of ${bytes.byteLength} of ${name}`
  }

  restore(): void {
    const kept = new Set(fs.readdirSync(this.#copy))
    for (const name of fs.readdirSync(this.dir)) {
      if (name !== TIE) fs.rmSync(path.join(this.dir, name), { recursive: true })
    }
    for (const name of kept) {
      const [from, to] = [path.join(this.#copy, name), path.join(this.dir, name)]
      if (name !== TIE) fs.cpSync(from, to, { recursive: true })
    }
    const [copy, tie] = [path.join(this.#copy, TIE), path.join(this.dir, TIE)]
    // One that was made anew is whole.
    if (this.#born === bornAt(tie)) return rewrite(tie, fs.readFileSync(copy) as Buffer)
    fs.cpSync(tie, copy)
    this.#born = bornAt(tie)
  }
}

// As a disk does it: nobody is told, and the time stays.
function rewrite(file: string, bytes: Uint8Array): void {
  const { atime, mtime } = fs.statSync(file)
  const fd = fs.openSync(file, 'r+')
  fs.writeSync(fd, bytes, 0, bytes.byteLength, 0)
  fs.closeSync(fd)
  fs.utimesSync(file, atime, mtime)
}

function namesIn(folder: string, prefix = ''): string[] {
  return fs.readdirSync(folder).map((name) => `${prefix}${name}`)
}

function sizeOf(file: string): number {
  const stat = fs.statSync(file)
  return stat.isFile() ? stat.size : 0
}

function bornAt(file: string): number {
  return fs.statSync(file).birthtimeMs
}

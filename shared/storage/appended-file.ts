import fs from 'bare-fs'
import path from 'bare-path'
import { tryLock } from 'fs-native-extensions'
import { cutAt } from './output-end.js'
import { changed, checkOutputFile, inUse } from './output-failures.js'
import { idOf, lastOf, readLast } from './output-record.js'
import { syncFolder } from './write-ahead-log.js'

// One byte that no file has, since Windows keeps others from reading what is locked.
const LOCKED = [Number.MAX_SAFE_INTEGER - 1, 1] as const
const NOTHING = new Uint8Array(0)

/** A file that this process alone appends to. */
export class AppendedFile {
  readonly #file: string
  readonly #onempty: () => void
  readonly fd: number
  readonly id: string
  /** Of what is in it, in bytes. */
  length = 0
  /** The last bytes of that. */
  last: Uint8Array = NOTHING

  private constructor(file: string, fd: number, onempty: () => void) {
    this.#file = file
    this.#onempty = onempty
    this.fd = fd
    this.id = idOf(fs.fstatSync(fd))
  }

  /** Makes it when it is not there. `onempty` is called when somebody else has emptied it. */
  static async open(file: string, onempty: () => void, mode?: number): Promise<AppendedFile> {
    checkOutputFile(file)
    const fd = fs.openSync(file, 'a+', mode)
    try {
      if (!tryLock(fd, ...LOCKED, { shared: false })) throw inUse(file)
      const opened = new AppendedFile(file, fd, onempty)
      if (opened.size > 0) return opened
      await fs.fsync(fd)
      await syncFolder(path.dirname(fs.realpathSync(file)))
      return opened
    } catch (err) {
      fs.closeSync(fd)
      throw err
    }
  }

  get size(): number {
    return fs.fstatSync(this.fd).size
  }

  get mode(): number {
    return fs.fstatSync(this.fd).mode & 0o777
  }

  /** It was renamed or removed, and there may be another in its place. */
  get isReplaced(): boolean {
    try {
      return idOf(fs.statSync(this.#file)) !== this.id
    } catch (err) {
      if ((err as { code?: string }).code === 'ENOENT') return true
      throw err
    }
  }

  /** Goes on after the first `length` bytes, and drops the rest. */
  async goOnAt(length: number): Promise<void> {
    await cutAt(this.fd, length)
    this.length = length
    this.last = readLast(this.fd, length)
  }

  /** `data` is on disk when this resolves. */
  async append(data: Buffer): Promise<void> {
    this.#expect(this.length)
    try {
      for (let done = 0; done < data.byteLength;) {
        done += await fs.write(this.fd, data, done, data.byteLength - done)
      }
    } catch (err) {
      await cutAt(this.fd, this.length).catch(() => {}) // the next run does it
      throw err
    }
    await fs.fdatasync(this.fd)
    this.length += data.byteLength
    this.last = lastOf(this.last, data)
    this.#expect(this.length, data)
  }

  close(): void {
    fs.closeSync(this.fd)
  }

  // Otherwise somebody has emptied it, just before or after `data` was written, or writes to it, too.
  #expect(length: number, data: Uint8Array = NOTHING): void {
    const { size } = this
    if (size === length) return
    if (size > 0 && size !== data.byteLength) throw changed(this.#file)
    this.length = size
    this.last = size > 0 ? lastOf(NOTHING, data) : NOTHING
    this.#onempty()
  }
}

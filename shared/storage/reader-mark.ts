import fs from 'bare-fs'
import path from 'bare-path'
import safetyCatch from 'safety-catch'
import type { PositionMark, Turn } from '../log/position.js'
import type { OutputRecord } from './output-record.js'
import { Pace } from './pace.js'
import { formatMark, readMark, SLOT, type Mark } from './reader-mark-lines.js'
import { POSITION } from './side-files.js'
import { syncFolder } from './write-ahead-log.js'

const NEW: Mark = { place: null, output: null, state: 'stopped', writes: 0 }
const pace = new Pace() // of all copies that are open here

/**
 * Says beside the database of a copy where its reader is. RocksDB drops the end of its write-ahead log without
 * a word when a bit of it is bad, and a power cut takes what was not synced: with the position in there alone,
 * a reader would repeat lines untold, or take its run for the first one and miss some.
 *
 * It is exact after a stop in order. After a kill or a power cut it may be behind by what came in the last
 * second, or of one of many logs by more, and says that the last run did not end in order.
 */
export class ReaderMark implements PositionMark {
  /** The copy has lost its position. */
  isNeeded = false
  readonly #file: string
  readonly #saved: Mark | null
  #mark: Mark
  #isOpen = false

  /** Of the copy in `dir`, which is open here and nowhere else. */
  constructor(dir: string) {
    this.#file = path.join(dir, POSITION)
    const moved = path.join(dir, 'db', POSITION) // by Hypercore, after the folder was copied
    if (fs.existsSync(moved)) fs.renameSync(moved, this.#file)
    this.#saved = readMark(this.#file)
    this.#mark = { ...(this.#saved ?? NEW), state: 'running' }
  }

  get saved(): Turn | null {
    return this.#saved?.place ?? null
  }

  get wasKilled(): boolean {
    return this.#saved?.state === 'running'
  }

  /** How far `file` was with the position that is saved; null when the copy knows that itself. */
  outputOf(file: string): OutputRecord | null {
    const output = this.#saved?.output
    return this.isNeeded && output?.file === file ? output.record : null
  }

  /** Once this resolves, the disk tells the next run if this one does not end in order. */
  async open(): Promise<void> {
    const isNew = !fs.existsSync(this.#file)
    if (isNew) await fs.writeFile(this.#file, '', { mode: 0o600 })
    await this.#save()
    if (isNew) await syncFolder(path.dirname(this.#file))
    this.#isOpen = true
  }

  /** Goes with the position that is noted next. */
  noteOutput(file: string, record: OutputRecord): void {
    this.#mark.output = { file, record }
  }

  note(place: Turn): void {
    this.#mark.place = place
    if (this.#isOpen) pace.ask(this)
  }

  // The log itself tells what its disk does.
  save = (): Promise<void> => this.#save().catch(safetyCatch)
  write = (): Promise<void> => this.#inFile((fd) => this.#write(fd)).catch(safetyCatch)
  sync = (): Promise<void> => this.#inFile((fd) => fs.fdatasync(fd)).catch(safetyCatch)

  /** The reader is stopped in order. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    pace.leave(this)
    this.#mark.state = 'stopped'
    try {
      const fd = fs.openSync(this.#file, 'r+')
      const { line, at } = this.#next()
      fs.writeSync(fd, line, 0, line.byteLength, at)
      fs.fdatasyncSync(fd)
      fs.closeSync(fd)
    } catch (err) {
      safetyCatch(err) // the next run takes this one for one that was killed
    }
  }

  #save(): Promise<void> {
    return this.#inFile(async (fd) => {
      await this.#write(fd)
      await fs.fdatasync(fd)
    })
  }

  async #write(fd: number): Promise<void> {
    if (this.#mark.state === 'stopped') return
    const { line, at } = this.#next()
    await fs.write(fd, line, 0, line.byteLength, at)
  }

  #next(): { line: Buffer; at: number } {
    const writes = ++this.#mark.writes
    const line = formatMark(this.#mark)
    const isFit = line.byteLength <= SLOT // its path is too long otherwise
    return {
      line: isFit ? line : formatMark({ ...this.#mark, output: null }),
      at: (writes % 2) * SLOT
    }
  }

  async #inFile(fn: (fd: number) => Promise<unknown>): Promise<void> {
    const fd = await fs.open(this.#file, 'r+')
    try {
      await fn(fd)
    } finally {
      fs.closeSync(fd)
    }
  }
}

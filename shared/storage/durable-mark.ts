import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import { now } from '../log/clock.js'
import { checksum } from './checksum.js'
import { DURABLE } from './side-files.js'
import { syncFile, syncFolder } from './write-ahead-log.js'

// One line, written over in place: the log's key, its length, its state, a checksum.
const SIZE = 128 // bytes: within one sector, which a disk writes as a whole
const SYNC_EVERY = 1000 // ms

/**
 * `stopped`: in order, with all that it held on disk. `synced`: it was running, and nobody had a block
 * that was not on disk. `unsynced`: it was running, and somebody may have.
 */
export type State = 'stopped' | 'synced' | 'unsynced'

export interface Mark {
  /** As hex. */
  key: string
  /** At least that many blocks were on disk. */
  length: number
  state: State
}

/** What the writer before us has left in `dir`; null when there was none that did, or it cannot be read. */
export function readMark(dir: string): Mark | null {
  const file = path.join(dir, DURABLE)
  if (!fs.existsSync(file)) return null
  const [key = '', length = '', state = '', check] = fs.readFileSync(file, 'utf8').trim().split(' ')
  if (check !== checksum(`${key} ${length} ${state}`)) return null
  return { key, length: Number(length), state: state as State }
}

/**
 * Says on disk, beside the database, how far a log has been durable: a log that is shorter when it is
 * opened again has lost blocks. After a power cut it may be behind by what came in the last second, or in
 * the half minute that the system takes to write when nothing comes after it. It is never ahead.
 */
export class DurableMark {
  readonly #file: string
  readonly #dir: string
  readonly #mark: Mark
  #fd = -1
  #saving: Promise<void> | null = null
  #savedLength = -1
  #syncedAt = -Infinity

  constructor(dir: string, mark: Mark) {
    this.#dir = dir
    this.#file = path.join(dir, DURABLE)
    this.#mark = mark
  }

  /** It is on disk when this resolves. */
  async create(): Promise<void> {
    fs.writeFileSync(this.#file, format(this.#mark), { mode: 0o600 })
    await syncFile(this.#file)
    await syncFolder(this.#dir)
    this.#fd = await fs.open(this.#file, 'r+')
  }

  /** So many blocks are on disk now. It is written soon; a failure is thrown by `close`. */
  note(length: number): void {
    if (length <= this.#mark.length || this.#fd === -1) return
    this.#mark.length = length
    if (this.#saving) return
    this.#saving = this.#save()
    this.#saving.catch(() => {})
  }

  /** The log is stopped in order. */
  async close(): Promise<void> {
    await this.#saving
    this.#mark.state = 'stopped'
    await this.#write()
    await fs.fdatasync(this.#fd)
    fs.closeSync(this.#fd)
    this.#fd = -1
  }

  async #save(): Promise<void> {
    while (this.#savedLength < this.#mark.length) {
      await this.#write()
      const started = now()
      if (started - this.#syncedAt < SYNC_EVERY) continue
      await fs.fdatasync(this.#fd)
      this.#syncedAt = started
    }
    this.#saving = null
  }

  async #write(): Promise<void> {
    const { length } = this.#mark
    await fs.write(this.#fd, b4a.from(format(this.#mark)), 0, SIZE, 0)
    this.#savedLength = length
  }
}

function format({ key, length, state }: Mark): string {
  const text = `${key} ${length} ${state}`
  return `${text} ${checksum(text)}`.padEnd(SIZE - 1) + '\n'
}

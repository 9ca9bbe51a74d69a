import fs from 'bare-fs'
import path from 'bare-path'
import type { Place } from '../log/tail.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { AppendedFile } from './appended-file.js'
import { cutRenamed, findEnd, type Format } from './output-end.js'
import * as failures from './output-failures.js'
import { hashOf, loadRecord, saveRecord } from './output-record.js'
import type { ReaderMark } from './reader-mark.js'
import { Turns } from './turns.js'

interface Options {
  /** `raw`, `text` or `json`, and how that is done. */
  format: string
  formatBlock: Format
  /** It is to be begun anew. */
  forget: boolean
  /** Knows how far it was, where the copy has lost that. */
  mark: ReaderMark | null
  /** Gets what a person should know. */
  say: (text: string) => void
}

/**
 * A file that a log goes into, each byte once, whatever ends the process or the machine: first the record of
 * what is in it, and the blocks to be written, are on disk; then they are written and synced; then the record
 * is kept with the copy. So the file is never behind its record. What it has beyond that is one write at most,
 * which can be told by the blocks, and is cut off.
 *
 * A file that was renamed or removed is followed by a new one, before the next write.
 */
export class OutputFile {
  /** Where it goes on; null when it is new. */
  place: Place | null = null
  readonly #log: ReplicatedCore
  readonly #file: string
  readonly #options: Options
  #opened: AppendedFile | null = null
  #isKept = true // what was written
  #isAsked = false // to reopen
  readonly #turns = new Turns()

  private constructor(log: ReplicatedCore, file: string, options: Options) {
    this.#log = log
    this.#file = path.resolve(file)
    this.#options = options
  }

  /** Throws a UsageError or a Failure when `file` is not empty, and is not as this reader has left it. */
  static async open(log: ReplicatedCore, file: string, options: Options): Promise<OutputFile> {
    const output = new OutputFile(log, file, options)
    const opened = output.#inTurn(() => output.#open())
    await opened.catch(() => output.close())
    await opened
    return output
  }

  write(data: Buffer, cb: (err: Error | null) => void): void {
    this.#inTurn(() => this.#write(data)).then(() => cb(null), cb)
  }

  /** What is before `place` was written. */
  keep(place: Place): Promise<void> {
    return this.#inTurn(async () => {
      this.place = place
      await this.#save()
      this.#isKept = true
      await this.#reopen()
    })
  }

  /** Makes a new file now if the old one was renamed or removed, not with the next write. */
  reopen(): Promise<void> {
    this.#isAsked = true
    return this.#inTurn(() => this.#reopen())
  }

  /** Lets others write to the file, this process included; nothing is written any more. */
  async close(): Promise<void> {
    await this.#turns.end()
    this.#opened?.close()
    this.#opened = null
  }

  async #reopen(): Promise<void> {
    if (!this.#isAsked || !this.#isKept || !this.place) return
    this.#isAsked = false
    if (!this.#opened!.isReplaced) return
    await this.#log.sync()
    await this.#renew()
  }

  async #open(): Promise<void> {
    const { format, formatBlock, forget, mark } = this.#options
    const { core } = this.#log
    const kept = (await loadRecord(core, this.#file)) ?? mark?.outputOf(this.#file) ?? null
    const record = forget ? null : kept
    if (record && record.format !== format) throw failures.otherFormat(this.#file, record.format)
    const isThere = fs.existsSync(this.#file)
    const opened = await this.#openFile()
    if (!record) {
      if (opened.size > 0) throw failures.notOurs(this.#file)
      return
    }
    const written = { core, format: formatBlock, record }
    this.place = { start: record.start, offset: record.offset }
    const end = await findEnd(opened.fd, written)
    if (end === null) throw failures.damaged(this.#file, record.length, opened.size)
    if (opened.size === 0 && record.id !== opened.id) await cutRenamed(this.#file, written)
    else if (end < record.length && isThere) this.#options.say(failures.emptiedNotice(this.#file))
    await opened.goOnAt(end)
  }

  async #write(data: Buffer): Promise<void> {
    await this.#log.sync()
    if (this.#opened!.isReplaced) await this.#renew()
    this.#isKept = false
    await this.#opened!.append(data)
  }

  // What is in the old file is kept, and its record is on disk.
  async #renew(): Promise<void> {
    const { mode } = this.#opened!
    this.#opened!.close()
    this.#opened = null // a new one may fail to open
    if ((await this.#openFile(mode)).size > 0) throw failures.notOurs(this.#file)
    await this.#save()
    await this.#log.sync()
    this.#options.say(`going on in a new ${this.#file}`)
  }

  async #openFile(mode?: number): Promise<AppendedFile> {
    const onemptied = (): void => this.#options.say(failures.emptiedNotice(this.#file))
    return (this.#opened = await AppendedFile.open(this.#file, onemptied, mode))
  }

  async #save(): Promise<void> {
    const { length, last, id } = this.#opened!
    const { format, mark } = this.#options
    const record = { ...this.place!, length, hash: hashOf(last), id, format }
    await saveRecord(this.#log, this.#file, record)
    mark?.noteOutput(this.#file, record)
  }

  #inTurn<T>(fn: () => Promise<T>): Promise<T> {
    return this.#turns.run(fn).catch((err: unknown) => {
      throw failures.outputFileFailure(err, this.#file)
    })
  }
}

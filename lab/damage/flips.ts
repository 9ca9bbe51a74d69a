import fs from 'bare-fs'
import path from 'bare-path'
import { withTimeout } from '../../shared/log/timeout.js'
import { FROM_START } from '../commands.js'
import type { Program } from '../program.js'
import type { Random } from '../random.js'
import { SIGTERM } from '../signals.js'
import { StoppedFolder } from './stopped-folder.js'

const LONGEST = 60_000 // ms, of a start
const FIRST = 12 // short lines, and
const LONG = 60 // long ones, each a file's block of its own, which RocksDB keeps in other files
const LONG_SIZE = 40_000 // bytes
const NEW = 'a new line\n'
const TRACE = /^\s+at \S|\bError:/m
const LOSS = /the disk has lost the last \d+ of \d+ blocks of the log in (\S+):/
const HEALED = /damaged blocks are here again|come from a reader|lost what came last/

/** What a start with a damaged folder came to: `whole` when nothing was noticed. */
export type Outcome = 'whole' | 'healed' | 'told'

export interface Flips {
  random: Random
  /** A new folder. */
  tmp: () => Promise<string>
  writer: (storage: string, flags?: string[]) => Program
  reader: (storage: string, key: string, flags: string[]) => Program
}

/** A writer and a reader that are stopped, whose folders are damaged again and again. */
export class Damaged {
  readonly #with: Flips
  #key = ''
  #text = ''
  #storage = { writer: '', reader: '' }
  #folders!: { writer: StoppedFolder; reader: StoppedFolder }

  private constructor(flips: Flips) {
    this.#with = flips
  }

  /** Makes them: a log of short and of long lines, and a copy of it. */
  static async make(flips: Flips): Promise<Damaged> {
    const made = new Damaged(flips)
    made.#storage = { writer: await flips.tmp(), reader: await flips.tmp() }
    for (const part of [0, 1, 2]) await made.#grow(part)
    made.#folders = {
      writer: new StoppedFolder(
        path.join(made.#storage.writer, 'writer-storage'),
        await flips.tmp()
      ),
      reader: new StoppedFolder(await made.#copyOf(made.#storage.reader), await flips.tmp())
    }
    return made
  }

  /**
   * Flips a bit of the writer's files, and starts it; the reader is there, or comes later. Throws when a
   * wrong byte comes out, a line is lost, the log forks, or nobody says anything.
   */
  async writer(kind: string, { isAlone }: { isAlone: boolean }): Promise<Outcome | null> {
    const { writer, reader } = this.#folders
    for (const folder of [writer, reader]) folder.restore()
    const what = writer.flip(kind, this.#with.random)
    if (what === null) return null
    const w = this.#with.writer(this.#storage.writer)
    const old = isAlone ? null : this.#follow()
    w.type(NEW)
    try {
      return await withTimeout(LONGEST, this.#watch(w, old), 'nothing was said')
    } catch (err) {
      throw new Error(`writer, ${what}: ${(err as Error).message}: ${w.stderr}`, { cause: err })
    } finally {
      await w.stop(SIGTERM)
      await old?.stop(SIGTERM)
    }
  }

  /** Flips a bit of the reader's files, and starts it while the writer is there. */
  async reader(kind: string): Promise<Outcome | null> {
    const { writer, reader } = this.#folders
    for (const folder of [writer, reader]) folder.restore()
    const what = reader.flip(kind, this.#with.random)
    if (what === null) return null
    const w = this.#with.writer(this.#storage.writer)
    try {
      await w.key()
      w.type(NEW)
      w.endInput()
      await w.says('all committed')
      return await withTimeout(LONGEST, this.#readAll(), 'it did not end')
    } catch (err) {
      throw new Error(`reader, ${what}: ${(err as Error).message}`, { cause: err })
    } finally {
      await w.stop(SIGTERM)
    }
  }

  async #grow(part: number): Promise<void> {
    const w = this.#with.writer(this.#storage.writer)
    this.#key = await w.key()
    const r = this.#with.reader(
      this.#storage.reader,
      this.#key,
      part === 0 ? FROM_START : ['--raw']
    )
    const before = this.#text.length
    const lines = Array.from({ length: part < 2 ? FIRST + LONG : 1 }, (_, i) => {
      return `${part} ${i} ${'x'.repeat(i < FIRST ? 10 : LONG_SIZE)}\n`
    })
    for (const line of lines) {
      w.type(line)
      this.#text += line
      const size = this.#text.length - before
      await r.until(() => r.byteLength >= size, 'print it')
    }
    await w.stop(SIGTERM)
    await r.stop(SIGTERM)
  }

  async #copyOf(storage: string): Promise<string> {
    const readers = path.join(storage, 'reader-storage')
    return path.join(readers, String((await fs.promises.readdir(readers))[0]))
  }

  #follow(): Program {
    return this.#with.reader(this.#storage.reader, this.#key, ['--raw'])
  }

  async #watch(w: Program, old: Program | null): Promise<Outcome> {
    const says = (): boolean => LOSS.test(w.stderr) || / goes on at block /.test(w.stderr)
    if (!old) await w.until(says, 'go on').catch(() => w.ended)
    if (w.isOver) return this.#told(w, '')
    const later = old ?? this.#follow()
    try {
      await Promise.race([w.ended, later.prints(NEW)])
      if (w.isOver) return this.#told(w, '')
      if (later.stdout !== NEW) throw new Error(`the reader printed ${later.stdout.slice(0, 100)}`)
      await this.#newReader(w)
    } finally {
      await later.stop(SIGTERM)
    }
    return outcomeOf(w)
  }

  async #newReader(w: Program): Promise<void> {
    const storage = await this.#with.tmp()
    const r = this.#with.reader(storage, this.#key, [...FROM_START, '--exit'])
    r.stopped = true
    const code = await r.ended
    const text = this.#text + NEW
    if (w.isOver) return
    if (code === 0 && r.stdout === text) return
    throw new Error(
      `a new reader ended with ${code} and ${r.byteLength} bytes of ${text.length}: ${r.stderr}`
    )
  }

  async #readAll(): Promise<Outcome> {
    const outcomes: Outcome[] = []
    const text = this.#text + NEW
    for (const flags of [
      [...FROM_START, '--exit'],
      ['--raw', '--exit']
    ]) {
      const r = this.#with.reader(this.#storage.reader, this.#key, flags)
      r.stopped = true
      const code = await r.ended
      if (code !== 0) {
        outcomes.push(this.#told(r, text))
        continue
      }
      // Where it was, it goes on: no line is missed, and none comes twice.
      if (r.stdout !== (flags.length > 2 ? text : NEW)) {
        throw new Error(`it printed ${r.byteLength} bytes of ${text.length}: ${r.stderr}`)
      }
      outcomes.push(outcomeOf(r))
    }
    return outcomes.find((outcome) => outcome !== 'whole') ?? 'whole'
  }

  // It has ended: with one sentence, which names its folder.
  #told(program: Program, text: string): Outcome {
    const { stderr, stdout } = program
    const errors = stderr.split('\n').filter((line) => line.includes('error: '))
    const isNamed = errors.length === 1 && /\/(writer|reader)-storage/.test(errors[0]!)
    const isKey = stdout === '' || stdout === `hypercore key: ${this.#key}\n`
    if (!isNamed || TRACE.test(stderr.replaceAll('error: ', ''))) throw new Error(`said ${stderr}`)
    if (!isKey && !(stdout !== '' && text.includes(stdout)))
      throw new Error('printed something else')
    return 'told'
  }
}

function outcomeOf({ stderr }: Program): Outcome {
  if (TRACE.test(stderr)) throw new Error(`said ${stderr}`)
  return HEALED.test(stderr) ? 'healed' : 'whole'
}

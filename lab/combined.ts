import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { withTimeout } from '../shared/log/timeout.js'
import { reader, writer } from './apps.js'
import { Clock } from './clock/clock.js'
import { FROM_START } from './commands.js'
import { buildPowercut, Disk } from './powercut/disk.js'
import { Log, Printed, show } from './printed.js'
import type { Program } from './program.js'
import type { Random } from './random.js'
import { SIGKILL } from './signals.js'
import type { Stage } from './stage.js'
import { now, sleep } from './time.js'

const EVERY = 10 // ms, between two lines
const LONGEST_CALM = 2000 // ms, between two faults
const LONGEST_FAULT = 3000 // ms
const LONGEST_END = 80_000 // ms, until all have all
const [STOP, CONTINUE] = [19, 18]
const DAY = 24 * 3600 // s
const JUMPS = [DAY, -DAY, 365 * DAY, -3600, 0] // from the true time
const SIZE = '300m' // of a disk that gets full
const FULL = /no room|ENOSPC|Batch was not applied/

interface Setting {
  stage: Stage
  random: Random
  report: (text: string) => void
  /** No fault comes after so many ms, or after so many faults. */
  length?: number
  count?: number
  /** All kinds when left out. */
  faults?: string[]
  readers?: Kind[]
  /** Lines, so many every 10 ms, each of so many bytes more than it needs. */
  lines?: number
  padding?: number
  /** Of the writer: with them, not all of the log may be there for a new reader. */
  flags?: string[]
}

/** A writer and readers, some of which have a file, and faults of all kinds, one after the other. */
export class Combined {
  readonly #with: Setting
  readonly #clock: Clock
  readonly #library: string
  readonly #members: Member[] = []
  readonly #met = new Map<string, number>()
  #run = 0
  #typed = 0
  readonly #acknowledged: [number, number][] = []
  #key = ''

  private constructor(setting: Setting, clock: Clock, library: string) {
    this.#with = setting
    this.#clock = clock
    this.#library = library
  }

  /** Null where it cannot be done: it needs Linux and cc. */
  static async make(setting: Setting): Promise<Combined | null> {
    const folder = await setting.stage.tmp()
    const [clock, library] = [Clock.make(folder), buildPowercut(folder)]
    return clock && library ? new Combined(setting, clock, library) : null
  }

  /** Throws when anything is lost, doubled or out of order, or somebody does not get on. */
  async play(): Promise<void> {
    const { stage, random, report } = this.#with
    const { length = Infinity, count = Infinity, readers = KINDS } = this.#with
    const writes = this.#add('writer', 'cuts')
    this.#startWriter(writes)
    this.#key = await writes.program!.key()
    for (const [i, kind] of readers.entries()) this.#startReader(this.#add(`reader-${i + 1}`, kind))
    const timer = setInterval(() => this.#type(), EVERY)
    try {
      const end = now() + length
      for (let done = 0; now() < end && done < count; done++) {
        await sleep(random.below(LONGEST_CALM))
        await this.#fault()
        this.#checkAlive()
      }
    } finally {
      clearInterval(timer)
    }
    report([...this.#met].map((each) => each.join(' ')).join(', '))
    await withTimeout(LONGEST_END, this.#checkAll(stage), 'not all had all in the end').catch(
      (err: Error) => {
        throw new Error(`${err.message}: ${this.#members.map(lastWords).join('; ')}`, {
          cause: err
        })
      }
    )
    for (const { program } of this.#members) await program!.stop(SIGKILL)
  }

  #add(name: string, kind: Kind): Member {
    const member = new Member(name, kind, this.#with.stage, this.#library)
    this.#members.push(member)
    return member
  }

  #start(member: Member): void {
    if (member.name === 'writer') this.#startWriter(member)
    else this.#startReader(member)
  }

  #startWriter(member: Member): void {
    const { stage } = this.#with
    this.#run++
    this.#typed = 0
    const { env, storage } = this.#roomOf(member)
    const prefix = stage.link?.on('a')
    const { flags } = this.#with
    member.program = writer(stage, { bootstrap: stage.bootstrap, storage, env, prefix, flags })
  }

  #startReader(member: Member): void {
    const { stage } = this.#with
    const { env, storage } = this.#roomOf(member)
    const { file, printed } = member
    const flags = file
      ? ['--output', file, '--from', '0']
      : printed.isEmpty
        ? ['--forget', ...FROM_START]
        : ['--raw']
    const prefix = stage.link?.on('b')
    const options = { bootstrap: stage.bootstrap, storage, flags, env, prefix }
    const program = reader(stage, this.#key, { ...options, ondata: printed.ondata })
    member.program = program
    printed.begin(() => program.stderr)
  }

  #roomOf({ disk, storage }: Member): { storage: string; env: Record<string, string> } {
    const { env } = this.#clock
    if (!disk) return { storage, env }
    const libraries = `${disk.env.LD_PRELOAD}:${env.LD_PRELOAD}`
    return { storage: disk.folder, env: { ...env, ...disk.env, LD_PRELOAD: libraries } }
  }

  #type(): void {
    const { program } = this.#members[0]!
    if (!program || program.stopped) return
    let text = ''
    for (let i = 0; i < (this.#with.lines ?? 1); i++) text += this.#line()
    program.type(text)
  }

  #line(): string {
    return `${this.#run} ${++this.#typed}${' '.repeat(this.#with.padding ?? 0)}\n`
  }

  async #fault(): Promise<void> {
    const { random, stage } = this.#with
    const pick = <T>(all: T[]): T => all[Math.floor(random.below(all.length))]!
    const faults: Record<string, () => Promise<void>> = {
      'kill -9': () => this.#kill(pick(this.#members)),
      'power cut': () => this.#cut(pick(this.#members.filter(({ disk }) => disk))),
      'power cut at a reader': () =>
        this.#cut(pick(this.#members.slice(1).filter(({ disk }) => disk))),
      'power cut of all': () => this.#cut(...this.#members.filter(({ disk }) => disk)),
      SIGSTOP: () => this.#suspend(pick(this.#members)),
      'clock jump': async () => this.#clock.jump(pick(JUMPS)),
      'end of input': () => this.#endInput()
    }
    const full = this.#members.filter(({ isMounted }) => isMounted)
    if (stage.link) faults['network cut'] = () => this.#cutNetwork()
    if (full.length > 0) faults['full disk'] = () => this.#fill(pick(full))
    const name = pick(this.#with.faults ?? Object.keys(faults))
    this.#met.set(name, (this.#met.get(name) ?? 0) + 1)
    await faults[name]!()
  }

  async #kill(member: Member): Promise<void> {
    await member.program!.stop(SIGKILL)
    member.disk?.settle()
    await sleep(this.#with.random.below(LONGEST_FAULT))
    this.#start(member)
  }

  async #cut(...members: Member[]): Promise<void> {
    await Promise.all(members.map(({ program }) => program!.stop(SIGKILL)))
    for (const { disk } of members) disk!.cut()
    await sleep(this.#with.random.below(LONGEST_FAULT))
    for (const member of members) this.#start(member)
  }

  async #suspend({ program }: Member): Promise<void> {
    os.kill(program!.process.pid, STOP)
    await sleep(this.#with.random.below(LONGEST_FAULT))
    os.kill(program!.process.pid, CONTINUE)
  }

  async #cutNetwork(): Promise<void> {
    const { link } = this.#with.stage
    link!.cut()
    await sleep(this.#with.random.below(LONGEST_FAULT))
    link!.mend()
  }

  async #fill(member: Member): Promise<void> {
    const { program, storage } = member
    const filler = path.join(storage, 'filler')
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'])
    await Promise.race([program!.ended, sleep(LONGEST_FAULT)])
    fs.rmSync(filler)
    this.#checkAlive()
  }

  // All that was typed is acknowledged then.
  async #endInput(): Promise<void> {
    const writes = this.#members[0]!
    const { program } = writes
    const typed: [number, number] = [this.#run, this.#typed]
    program!.stopped = true
    program!.endInput()
    await program!.says('end of input, all committed')
    if (typed[1] > 0) this.#acknowledged.push(typed)
    await program!.stop(SIGKILL)
    writes.disk?.settle()
    this.#start(writes)
  }

  // Who has met a full disk, perhaps some time ago, starts again.
  #checkAlive(): void {
    for (const member of this.#members) {
      const { name, program, isMounted } = member
      if (!program!.isOver) continue
      const isTold = isMounted && FULL.test(program!.stderr)
      if (!isTold) throw new Error(`${name} ended by itself: ${program!.stderr}`)
      this.#start(member)
    }
  }

  // Everybody gets all there is, as it was typed and acknowledged.
  async #checkAll(stage: Stage): Promise<void> {
    this.#clock.jump(0)
    const [writes, ...readers] = this.#members as [Member, ...Member[]]
    const last = this.#line()
    writes.program!.type(last)
    const typed: [number, number] = [this.#run, this.#typed]
    for (const member of readers) await member.has(typed, last, () => this.#checkAlive())
    const rest = await this.#readAnew(stage)
    const collected = readers.find(({ file }) => file)?.file
    const text = this.#with.flags ? fs.readFileSync(collected!, 'utf8') : rest
    if (!text.endsWith(rest)) throw new Error('a new reader has something else')
    const log = new Log(text)
    for (const [run, number] of [...this.#acknowledged, typed]) {
      if (log.countOf(run) < number) throw new Error(`line ${number} of run ${run} is lost`)
    }
    let repeats = 0
    for (const { name, file, printed } of readers) {
      if (!file) printed.check(log)
      else checkFile(name, fs.readFileSync(file, 'utf8'), text)
      repeats += printed.repeats
    }
    this.#with.report(
      `${log.length} lines of ${this.#run} runs at each of ${readers.length} readers, in order, 0 lost; ${repeats} repeats, each told`
    )
  }

  async #readAnew(stage: Stage): Promise<string> {
    const flags = ['--from', 'oldest', '--raw', '--exit']
    const storage = await stage.tmp()
    const prefix = stage.link?.on('b')
    const late = reader(stage, this.#key, { bootstrap: stage.bootstrap, storage, flags, prefix })
    const code = await late.ended
    if (code !== 0) throw new Error(`a new reader ended with ${code}: ${late.stderr}`)
    return late.stdout
  }
}

// What a member has its folder on: a disk that can lose its power, or one that can get full.
export type Kind = 'plain' | 'plain, file' | 'cuts' | 'fills' | 'cuts, file' | 'fills, file'
const KINDS: Kind[] = ['cuts', 'cuts, file', 'fills', 'fills, file', 'plain']

class Member {
  readonly name: string
  readonly storage: string
  readonly disk: Disk | null = null
  readonly isMounted: boolean
  /** Of `--output`. */
  readonly file: string | null
  readonly printed: Printed
  program: Program | null = null

  constructor(name: string, kind: Kind, stage: Stage, library: string) {
    this.name = name
    this.storage = stage.newPath()
    this.printed = new Printed(name)
    fs.mkdirSync(this.storage)
    if (kind.startsWith('cuts')) this.disk = new Disk(library, this.storage)
    this.isMounted = kind.startsWith('fills') && stage.mount(this.storage, SIZE)
    const folder = this.disk?.folder ?? this.storage
    this.file = kind.endsWith('file') ? path.join(folder, 'output') : null
  }

  /** Resolves when that line is there. */
  async has([run, number]: [number, number], text: string, check: () => void): Promise<void> {
    const isThere = (): boolean => {
      const [lastRun, last] = this.printed.last
      return this.file ? endsWith(this.file, text) : lastRun === run && last >= number
    }
    while (!isThere()) {
      check()
      await sleep(EVERY)
    }
  }
}

function checkFile(name: string, text: string, log: string): void {
  if (text === log) return
  let at = 0
  while (text[at] === log[at]) at++
  const [is, instead] = [text, log].map((all) => JSON.stringify(all.slice(at - 20, at + 20)))
  throw new Error(
    `${name}: at byte ${at} of ${log.length} its file has ${is} instead of ${instead}`
  )
}

function endsWith(file: string, text: string): boolean {
  if (!fs.existsSync(file)) return false
  const fd = fs.openSync(file, 'r')
  const end = Buffer.alloc(text.length)
  fs.readSync(fd, end, 0, end.length, Math.max(0, fs.fstatSync(fd).size - end.length))
  fs.closeSync(fd)
  return end.toString() === text
}

function lastWords({ name, program, printed }: Member): string {
  const words = program!.stderr.split('\n').slice(-4).join(' | ')
  return `${name} (${stateOf(program!)}) at ${show(printed.last)}: ${words}`
}

// Whether it runs, sleeps or is stopped, and in which call of the system each thread is.
function stateOf({ process: { pid } }: Program): string {
  try {
    const [, state] = /\) (\w)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))!
    const threads = fs.readdirSync(`/proc/${pid}/task`).map(String)
    const calls = threads.map((id) => fs.readFileSync(`/proc/${pid}/task/${id}/wchan`, 'utf8'))
    return [state, ...calls].join(' ')
  } catch {
    return 'gone'
  }
}

import fs from 'bare-fs'
import os from 'bare-os'
import { Lines } from '../lab/lines.js'
import type { Program } from '../lab/program.js'
import { resources } from '../lab/resources.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import { now, sleep } from '../lab/time.js'
import { measureFolder } from '../shared/storage/measure-folder.js'
import { Follower } from '../lab/follower.js'
import type { Trial } from './trial.js'

const MINUTES = Number(os.getEnv('MINUTES') ?? 60)
const KEEP = Number(os.getEnv('KEEP') ?? 50) // MB, of each log
const FLAGS = ['--keep', `${KEEP}MB`]
const LOGS = 20
const LINE = 1000 // bytes
const TICK = 250 // ms
// Lines a tick; the first log is busy, the last one has few. 2 MB/s together.
const LINES = [130, ...Array.from({ length: LOGS - 2 }, () => 20), 0.25]
const VISITORS = 3
const LOOK = 2000 // ms, between two looks at the folders
const KILLS_EVERY = 60_000 // ms
const LONGEST_VISIT = 90_000 // ms, and away as long
const PATIENCE = 180_000 // ms, to the last line
const GROWTH = 1.3 // of memory and descriptors, from the first quarter to the last one, in
const LONG = 20 // minutes, in which all logs have come to their size
const SAID = 1000 // bytes of what a process has said last

interface Log {
  name: string
  key: string
  writer: Program
  run: number
  /** How many lines were typed in this run. */
  typed: number
}

/** What is watched of a process, or of several of a kind. */
interface Watched {
  name: string
  path: string
  limit: number // MB
  program: () => Program | null
  most: number // MB
  /** Memory in MB and descriptors, at each look. */
  samples: [memory: number, descriptors: number][]
}

/** Twenty logs with --keep; a reader and a mirror of all, readers that come and go, and a kill a minute. */
export async function keepMany({ stage, random, report }: Trial): Promise<void> {
  const watched: Watched[] = []
  const watch = (name: string, logs: number, program: () => Program | null): void => {
    const limit = 1.5 * KEEP * logs + 64
    watched.push({ name, path: stage.path(name), limit, program, most: 0, samples: [] })
  }
  const start = (name: string): Program => stage.writer(name, { flags: FLAGS })
  const logs = await Promise.all(
    LINES.map(async (_, i): Promise<Log> => {
      const name = `log-${i}`
      const writer = start(name)
      return { name, key: await writer.key(), writer, run: 1, typed: 0 }
    })
  )
  for (const log of logs) watch(log.name, 1, () => log.writer)
  const file = stage.newPath()
  fs.writeFileSync(file, logs.map(({ name, key }) => `${name} ${key}\n`).join(''))

  // Who reads all of them.
  const follower = new Follower('reader')
  let problem: Error | null = null
  const reads = (one: Follower): Lines =>
    new Lines((line) => {
      try {
        one.read(line)
      } catch (err) {
        problem ??= err as Error
      }
    })
  const lines = reads(follower)
  const all = ['--logs', file, ...FLAGS]
  const startAll = (isFirst = false): Program => {
    lines.reset()
    follower.restart()
    const flags = [...all, '--json', ...(isFirst ? ['--from', '0'] : [])]
    return stage.readers('reader', { flags, ondata: lines.ondata })
  }
  const startMirror = (): Program => stage.readers('mirror', { flags: [...all, '--mirror'] })
  let reader = startAll(true)
  let mirror = startMirror()
  watch('reader', LOGS, () => reader)
  watch('mirror', LOGS, () => mirror)
  const visitors = Array.from({ length: VISITORS }, (_, i) => {
    const visitor = new Visitor(stage, `visitor-${i}`, logs[i]!.key, reads)
    watch(visitor.name, 1, () => visitor.program)
    return visitor
  })

  const due = LINES.map(() => 0)
  const type = (): void => {
    for (const [i, log] of logs.entries()) {
      due[i]! += LINES[i]!
      let text = ''
      for (; due[i]! >= 1; due[i]!--) {
        text += `${log.run} ${++log.typed} `.padEnd(LINE - 1, 'x') + '\n'
      }
      if (text !== '') log.writer.type(text)
    }
  }
  const timer = setInterval(type, TICK)

  const look = (): void => {
    if (problem) throw problem
    for (const one of watched) {
      const size = measureFolder(one.path).disk / 1e6
      one.most = Math.max(one.most, size)
      const program = one.program()
      if (size > one.limit) {
        const said = program?.stderr.slice(-SAID) ?? 'it does not run'
        throw new Error(`${one.name} has ${size.toFixed(0)} MB on its disk: ${said}`)
      }
      if (!program || program.isOver) continue
      const [memory, descriptors] = resources(program) as [number, number]
      one.samples.push([memory, descriptors])
    }
  }

  // A kill a minute, visits, looks.
  const end = now() + MINUTES * 60_000
  let kills = 0
  let nextKill = now() + KILLS_EVERY
  while (now() < end) {
    await sleep(LOOK)
    look()
    for (const visitor of visitors) {
      if (now() < visitor.next) continue
      visitor.next = now() + random.below(LONGEST_VISIT)
      await visitor.comeOrGo()
    }
    if (now() < nextKill) continue
    nextKill += KILLS_EVERY
    kills++
    const who = Math.floor(random.below(4))
    if (who === 0) {
      await reader.stop(SIGKILL)
      reader = startAll()
    } else if (who === 1) {
      await mirror.stop(SIGKILL)
      mirror = startMirror()
    } else {
      const log = logs[Math.floor(random.below(LOGS))]!
      await log.writer.stop(SIGKILL)
      log.writer = start(log.name)
      log.run++
      log.typed = 0
    }
  }

  // All that was typed since its writer was killed is there.
  clearInterval(timer)
  for (const { writer } of logs) writer.endInput()
  const last = now() + PATIENCE
  const isBehind = (): Log | undefined =>
    logs.find(({ name, run, typed }) => !follower.hasRead(name, run, typed))
  while (isBehind()) {
    const behind = isBehind()
    if (behind && now() > last) {
      const { name, run, typed } = behind
      const where = `${follower.place(name)} of ${typed} of run ${run}`
      throw new Error(`the last line of ${name} did not come: it is at ${where}`)
    }
    await sleep(100)
  }
  look()
  const readers = [follower, ...visitors.map((visitor) => visitor.follower)]
  const [count, gaps, blocks] = (['lines', 'gaps', 'gone'] as const).map((what) =>
    readers.reduce((sum, one) => sum + one[what], 0)
  )
  report(
    `${MINUTES} minutes, ${kills} kills, ${visitors.reduce((sum, { visits }) => sum + visits, 0)} visits: ${count} lines, each in order; ${gaps} gaps told, of ${blocks} blocks`
  )
  report('who | folder at most, MB | memory, MB: first quarter, last | descriptors: first, last')
  const kinds = ['log', 'reader', 'mirror', 'visitor'].map((kind) => ({
    kind,
    those: watched.filter(({ name }) => name.split('-')[0] === kind)
  }))
  const grown: string[] = []
  for (const { kind, those } of kinds) {
    const [before, after] = [0, 3].map((quarter) =>
      [0, 1].map((what) => Math.max(...those.map((one) => mostOf(one.samples, quarter, what))))
    ) as [[number, number], [number, number]]
    const most = Math.max(...those.map((one) => one.most)).toFixed(0)
    report([kind, most, `${before[0]}, ${after[0]}`, `${before[1]}, ${after[1]}`].join(' | '))
    if (MINUTES < LONG) continue
    if (after.some((figure, i) => figure > before[i]! * GROWTH + 20)) grown.push(kind)
  }
  for (const visitor of visitors) await visitor.program?.stop(SIGTERM)
  if (grown.length > 0) throw new Error(`memory or descriptors grow: ${grown.join(', ')}`)
}

/** A reader of one log that comes and goes. */
class Visitor {
  readonly name: string
  readonly follower: Follower
  program: Program | null = null
  next = 0
  visits = 0
  readonly #stage: Trial['stage']
  readonly #key: string
  readonly #lines: Lines

  constructor(
    stage: Trial['stage'],
    name: string,
    key: string,
    reads: (follower: Follower) => Lines
  ) {
    this.name = name
    this.#stage = stage
    this.#key = key
    this.follower = new Follower(name)
    this.#lines = reads(this.follower)
  }

  async comeOrGo(): Promise<void> {
    if (this.program) {
      await this.program.stop(this.visits % 2 === 0 ? SIGTERM : SIGKILL)
      this.program = null
      return
    }
    this.visits++
    this.#lines.reset()
    this.follower.restart()
    const { ondata } = this.#lines
    const flags = ['--json', ...FLAGS]
    this.program = this.#stage.reader(this.name, this.#key, { flags, ondata })
  }
}

function mostOf(samples: number[][], quarter: number, what: number): number {
  const [from, to] = [quarter, quarter + 1].map((n) => Math.floor((samples.length * n) / 4))
  return Math.max(0, ...samples.slice(from, to).map((sample) => sample[what]!))
}

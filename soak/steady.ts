import os from 'bare-os'
import { FROM_START } from '../lab/commands.js'
import { Lines } from '../lab/lines.js'
import type { Program } from '../lab/program.js'
import { resources } from '../lab/resources.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import type { Stage } from '../lab/stage.js'
import { now, sleep } from '../lab/time.js'
import type { Trial } from './trial.js'

const MINUTES = Number(os.getEnv('MINUTES') ?? 30)
const READERS = 5
const TICK = 100 // ms
const LINES_A_TICK = 100
const LONGEST_CALM = 8000 // ms, between two events
const SAMPLES = 10
const WRITER_EVERY = 10 // of that many events one is a restart of the writer

/** A writer at 1,000 lines a second; readers that join, leave, are killed and come back. */
export async function steady({ stage, random, report }: Trial): Promise<void> {
  const end = now() + MINUTES * 60_000
  let typed = 0
  let writer = stage.writer('writer')
  const key = await writer.key()
  const followers = Array.from({ length: READERS }, (_, i) => new Follower(`reader-${i + 1}`))
  let paused = false
  const timer = setInterval(() => {
    if (paused) return
    let text = ''
    for (let i = 0; i < LINES_A_TICK; i++) text += `${++typed}\n`
    writer.type(text)
  }, TICK)

  report('minute | process | memory, MB | file descriptors | of them sockets')
  const sample = (): void => {
    const minute = (MINUTES - (end - now()) / 60_000).toFixed(1)
    for (const { name, program } of [{ name: 'writer', program: writer }, ...followers]) {
      if (program) report([minute, name, ...resources(program)].join(' | '))
    }
  }
  let nextSample = now() + (MINUTES * 60_000) / SAMPLES
  let events = 0
  for (const follower of followers) follower.start(stage, key)
  while (now() < end) {
    await sleep(random.below(LONGEST_CALM))
    events++
    if (events % WRITER_EVERY === 0) {
      paused = true
      writer.endInput()
      await writer.says('all committed')
      await writer.stop(SIGTERM)
      writer = stage.writer('writer')
      await writer.key()
      paused = false
    } else {
      const follower = followers[Math.floor(random.below(READERS))]!
      if (!follower.program) follower.start(stage, key)
      else await follower.stop(random.below(2) < 1 ? SIGKILL : SIGTERM)
    }
    if (now() < nextSample) continue
    nextSample += (MINUTES * 60_000) / SAMPLES
    sample()
  }
  clearInterval(timer)
  writer.endInput()
  await writer.says('all committed')
  for (const follower of followers) {
    if (!follower.program) follower.start(stage, key)
    await follower.lines.until(() => follower.last === typed)
  }
  sample()
  const repeats = followers.map(({ repeated }) => repeated).join(', ')
  report(
    `${MINUTES} minutes, ${events} events, ${typed} lines: all at each of ${READERS} readers, in order; repeated after a kill: ${repeats} times`
  )
}

class Follower {
  readonly name: string
  program: Program | null = null
  last = 0
  repeated = 0
  readonly lines: Lines
  #fresh = true

  constructor(name: string) {
    this.name = name
    this.lines = new Lines((line) => {
      const number = Number(line)
      const again = this.#fresh && number <= this.last
      if (again) this.repeated++
      else if (number !== this.last + 1) {
        throw new Error(`${name}: after line ${this.last} came ${JSON.stringify(line)}`)
      }
      this.last = number
      this.#fresh = false
    })
  }

  start(stage: Stage, key: string): void {
    this.lines.reset()
    this.#fresh = true
    // Until it has shown something, it has nothing to carry on from.
    const flags = this.last > 0 ? ['--raw'] : ['--forget', ...FROM_START]
    this.program = stage.reader(this.name, key, { flags, ondata: this.lines.ondata })
  }

  async stop(signal: number): Promise<void> {
    await this.program!.stop(signal)
    this.program = null
  }
}

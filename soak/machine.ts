import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import process from 'bare-process'
import { run } from '../lab/apps.js'
import { Clock } from '../lab/clock/clock.js'
import { FROM_START } from '../lab/commands.js'
import { Meter } from '../lab/meter.js'
import { SIGTERM } from '../lab/signals.js'
import { sleep } from '../lab/time.js'
import { Ticker } from './ticker.js'
import type { Trial } from './trial.js'

const EVERY = 100 // ms, between two lines
const STOPPED = 60_000 // ms
const STOP = 19
const CONTINUE = 18
const DAY = 24 * 3600 // s
const JUMPS = [DAY, -DAY, 365 * DAY, 0] // from the true time
const BETWEEN_JUMPS = 10_000 // ms
const GROUPS = '/sys/fs/cgroup/memory'
const MEMORY = 400_000_000
const FLOOD = 1_000_000_000

/** The machine stops a process for a minute; the clock jumps; memory is scarce while input floods in. */
export async function machine(trial: Trial): Promise<void> {
  await clock(trial)
  await suspension(trial)
  await scarceMemory(trial)
}

async function suspension({ stage, report }: Trial): Promise<void> {
  const writer = stage.writer('writer')
  const ticker = new Ticker(EVERY)
  const key = await writer.key()
  const reader = stage.reader('reader', key, { flags: FROM_START, ondata: ticker.lines.ondata })
  await ticker.start(writer)
  for (const [name, app] of Object.entries({ writer, reader })) {
    os.kill(app.process.pid, STOP)
    await sleep(STOPPED)
    os.kill(app.process.pid, CONTINUE) // a Subprocess takes one signal
    const behind = await ticker.caughtUp()
    report(`${name} stopped for ${STOPPED / 1000} s: all lines ${behind} s after it went on`)
  }
  ticker.stop()
}

async function clock({ stage, report }: Trial): Promise<void> {
  const at = Clock.make(await stage.tmp())
  if (!at) return report('the clock: skipped, needs Linux and cc')
  const { env } = at
  at.jump(DAY)
  const witness = run(stage, [process.execPath, '--eval', 'console.log(Date.now())'], { env })
  await witness.ended
  if (Number(witness.stdout) < Date.now() + (DAY - 60) * 1000) throw new Error('it does not jump')

  at.jump(0)
  const writer = stage.writer('writer-out-of-time', { env })
  const ticker = new Ticker(EVERY)
  const ondata = ticker.lines.ondata
  stage.reader('reader-out-of-time', await writer.key(), { flags: FROM_START, ondata, env })
  await ticker.start(writer)
  for (const seconds of JUMPS) {
    at.jump(seconds)
    await sleep(BETWEEN_JUMPS)
    await ticker.caughtUp()
    report(`clock set to ${seconds / DAY} days from now at both ends: ${ticker.delays()}`)
  }
  ticker.stop()
  at.close()
}

async function scarceMemory({ stage, report }: Trial): Promise<void> {
  const group = path.join(GROUPS, `pearlog-${Bare.pid}`)
  try {
    fs.mkdirSync(group)
    fs.writeFileSync(path.join(group, 'memory.limit_in_bytes'), String(MEMORY))
  } catch {
    return report('scarce memory: skipped, needs root and the memory controller of cgroup v1')
  }
  const pipe = `yes "$(printf 'x%.0s' $(seq 99))" | head -c ${FLOOD}`
  const join = ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh']
  const writer = stage.writer('writer-in-need', { pipe, prefix: join })
  const meter = new Meter()
  stage.reader('reader-of-it', await writer.key(), { flags: FROM_START, ondata: meter.ondata })
  await meter.until(FLOOD)
  const most = Number(fs.readFileSync(path.join(group, 'memory.max_usage_in_bytes'), 'utf8'))
  report(
    `writer with ${MEMORY} bytes of memory, page cache included: took ${FLOOD} bytes, all at the reader; used ${most}`
  )
  await writer.stop(SIGTERM)
  fs.rmdirSync(group)
}

import { FROM_START } from '../lab/commands.js'
import { Lines } from '../lab/lines.js'
import { median } from '../lab/median.js'
import type { Program } from '../lab/program.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import { now, sleep } from '../lab/time.js'
import type { Trial } from './trial.js'

const TRIALS = 100
const LONGEST_RUN = 300 // ms, before a kill
const WRITE = 256 * 1024 // what a reader may repeat, and its last block: see README

/** The writer is killed while it takes input at full speed; each run's lines are numbered. */
export async function killWriter({ stage, random, report }: Trial): Promise<void> {
  let [run, last, total] = [0, 0, 0]
  const lines = new Lines((line) => {
    const [lineRun, number] = line.split(' ').map(Number) as [number, number]
    if (lineRun !== run && lineRun > run) [run, last] = [lineRun, 0]
    if (lineRun !== run || number !== last + 1) {
      throw new Error(`after line ${last} of run ${run} came ${JSON.stringify(line)}`)
    }
    last = number
    total++
  })

  let key = ''
  let reader: Program | null = null
  let acknowledged = 0
  for (let i = 1; i <= TRIALS; i++) {
    const final = i === TRIALS
    const pipe = final ? `seq -f "${i} %.0f" 1 1000` : `seq -f "${i} %.0f" 1 1000000000`
    const writer = stage.writer('writer', { pipe })
    key = await writer.key()
    reader ??= stage.reader('reader', key, { flags: FROM_START, ondata: lines.ondata })
    await lines.until(() => run === i)
    if (final) {
      await writer.says('all committed')
      acknowledged = 1000
      await lines.until(() => last === acknowledged)
    } else {
      await sleep(random.below(LONGEST_RUN))
      await writer.stop(SIGKILL)
    }
  }
  report(`${TRIALS - 1} kills, ${total} lines in order, 0 lost, 0 doubled`)
}

/** The reader is killed while it prints at full speed; who reads its output sees every line. */
export async function killReader({ stage, random, report }: Trial): Promise<void> {
  const writer = stage.writer('writer', { pipe: 'seq -f "%.0f" 1 100000000' })
  const key = await writer.key()

  let [last, repeated, most, fresh] = [0, 0, 0, false]
  const lines = new Lines((line) => {
    const number = Number(line)
    if (fresh) {
      const again = last + 1 - number
      if (again < 0) throw new Error(`lines from ${last + 1} to ${number - 1} are lost`)
      if (again > 0) repeated++
      most = Math.max(most, again * (line.length + 1))
      fresh = false
    } else if (number !== last + 1) {
      throw new Error(`after line ${last} came ${JSON.stringify(line)}`)
    }
    last = number
  })
  for (let i = 1; i <= TRIALS; i++) {
    const flags = i === 1 ? FROM_START : ['--raw']
    lines.reset()
    fresh = true
    const reader = stage.reader('reader', key, { flags, ondata: lines.ondata })
    await lines.until(() => !fresh)
    await sleep(random.below(LONGEST_RUN))
    await reader.stop(SIGKILL)
  }
  await writer.stop(SIGKILL)
  if (most > WRITE) throw new Error(`${most} bytes were repeated`)
  report(
    `${TRIALS} kills, ${last} lines in order, 0 lost; ${repeated} times the last write again, of ${most} bytes at most`
  )
}

/** From the start of the one that was killed to the next line at the other end. */
export async function recovery({ stage, random, report }: Trial): Promise<void> {
  let seen = ''
  const lines = new Lines((line) => (seen = line))
  const start = {
    writer: (): Program => stage.writer('writer'),
    reader: (): Program => stage.reader('reader', key, { flags: ['--raw'], ondata: lines.ondata })
  }
  let writer = start.writer()
  const key = await writer.key()
  writer.type('first\n')
  let reader = stage.reader('reader', key, { flags: FROM_START, ondata: lines.ondata })
  await lines.until(() => seen === 'first')

  for (const killed of ['writer', 'reader'] as const) {
    const times: number[] = []
    for (let i = 1; i <= TRIALS; i++) {
      await (killed === 'writer' ? writer : reader).stop(SIGKILL)
      await sleep(random.below(LONGEST_RUN))
      const from = now()
      if (killed === 'writer') writer = start.writer()
      else reader = start.reader()
      const text = `${killed} ${i}`
      writer.type(`${text}\n`)
      await lines.until(() => seen === text)
      times.push(now() - from)
    }
    const [middle, worst] = [median(times), Math.max(...times)].map((ms) => (ms / 1000).toFixed(2))
    report(
      `${killed} killed ${TRIALS} times: next line after ${middle} s (median), ${worst} s (worst)`
    )
    if (Number(worst) > 3 || Number(middle) > 1) throw new Error('too slow')
  }
  await writer.stop(SIGTERM)
}

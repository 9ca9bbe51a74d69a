import { Lines } from '../lab/lines.js'
import { median } from '../lab/median.js'
import { formatNodes } from '../lab/network.js'
import { resources } from '../lab/resources.js'
import { SIGKILL } from '../lab/signals.js'
import { now, sleep } from '../lab/time.js'
import type { Trial } from './trial.js'

const PROCESSES = 4
const EACH = 25
const EVERY = 1000 // ms, between two lines
const MINUTES = 3

/** A hundred readers of one writer at once, and how long a line takes to the last of them. */
export async function many({ stage, report }: Trial): Promise<void> {
  const writer = stage.writer('writer')
  const key = await writer.key()
  const typed: number[] = []
  const all: number[] = [] // when the last reader had a line
  const has = new Map<string, number>() // of a reader, how many lines
  const count: number[] = [] // of a line, how many readers
  let wake: () => void
  const lines = Array.from({ length: PROCESSES }, (_, crowd) => {
    return new Lines((text) => {
      const [reader, line] = text.split(' ') as [string, string]
      const name = `${crowd}.${reader}`
      const next = has.get(name) ?? 0
      if (Number(line) !== next) throw new Error(`reader ${name}: ${line} instead of ${next}`)
      has.set(name, next + 1)
      count[next] = (count[next] ?? 0) + 1
      if (count[next] < PROCESSES * EACH) return
      all[next] = now() - typed[next]!
      wake()
    })
  })
  const type = (): void => {
    writer.type(`${typed.length}\n`)
    typed.push(now())
  }
  const complete = async (line: number): Promise<void> => {
    while (all[line] === undefined) await new Promise<void>((resolve) => (wake = resolve))
  }

  const from = now()
  type()
  const crowds = lines.map(({ ondata }, i) => {
    const args = [key, stage.path(`crowd-${i}`), formatNodes(stage.bootstrap), String(EACH)]
    return stage.module('soak/crowd', args, { ondata })
  })
  await complete(0)
  report(
    `${PROCESSES * EACH} readers had the first line ${seconds(now() - from)} s after the start`
  )

  const timer = setInterval(type, EVERY)
  await sleep(MINUTES * 60_000)
  clearInterval(timer)
  await complete(typed.length - 1)
  const delays = all.slice(1)
  report(
    `${typed.length} lines at each of them, in order; at the last one after ${seconds(median(delays))} s (median), ${seconds(Math.max(...delays))} s (worst)`
  )
  report(`memory, descriptors, sockets: writer ${resources(writer).join(', ')}`)
  for (const crowd of crowds) await crowd.stop(SIGKILL)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2)
}

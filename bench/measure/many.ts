import { formatNodes } from '../../lab/network.js'
import { Lines } from '../../lab/lines.js'
import { median } from '../../lab/median.js'
import { cpuOfThreads, peakMemory } from '../../lab/resources.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'

const MEASURED = 15_000 // ms

/** What a reader of some logs takes, with a line a second in each. */
export interface Cost {
  /** Seconds until there was a line of each. */
  live: number
  /** Of one core, afterwards. */
  cpu: number
  /** MB at most. */
  memory: number
  /** Milliseconds from an append to standard output, the median. */
  late: number
}

/** Of a reader of all of `count` logs, and then of a reader of one of them. */
export async function costsOf(stage: Stage, count: number): Promise<{ many: Cost; single: Cost }> {
  const args = [stage.newPath(), formatNodes(stage.bootstrap), String(count)]
  const writers = stage.module('bench/many-writers', args)
  await writers.until(() => writers.stdout.split('\n').length > count, 'name all logs')
  const logs = writers.stdout.trimEnd().split('\n')
  const many = await costOf(stage, logs)
  const single = await costOf(stage, logs.slice(0, 1))
  await writers.stop(SIGKILL)
  return { many, single }
}

async function costOf(stage: Stage, logs: string[]): Promise<Cost> {
  let seen = new Set<string>()
  let times: number[] = []
  const lines = new Lines((line) => {
    const { log, data } = JSON.parse(line) as { log?: string; data: string }
    seen.add(log ?? '')
    times.push(Date.now() - Number(data.split(' ')[0]))
  })
  const [first, ...others] = logs.map((line) => line.replace(' ', '=')) as [string, ...string[]]
  const flags = [...others, '--json']
  const started = now()
  const reader = stage.reader('many', first, {
    storage: stage.newPath(),
    flags,
    ondata: lines.ondata
  })
  await lines.until(() => seen.size === logs.length)
  const live = (now() - started) / 1000

  times = []
  seen = new Set()
  const before = cpuOfThreads(reader)
  const since = now()
  await sleep(MEASURED)
  const cpu = (cpuOfThreads(reader) - before) / ((now() - since) / 1000)
  const cost = { live, cpu, memory: peakMemory(reader), late: median(times) }
  await reader.stop(SIGKILL)
  return cost
}

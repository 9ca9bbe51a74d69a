import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import b4a from 'b4a'
import { compiled, Program } from '../tools/program.js'
import { sleep } from '../tools/sleep.js'
import type { Add, Group } from './groups.js'
import { makeFile } from './input.js'
import { median, Meter, now } from './measure.js'
import type { Row } from './rows.js'
import { Stage } from './stage.js'

const MB = 1_000_000
const SIZE = 500 * MB
const PIPE = 100 * MB
const ONE_WAY = 25 // ms
const SLOW = 5 // ms
const SYNCS = 50
const LINE = b4a.alloc(100, 'x')
const SOURCE = path.join(import.meta.dirname, '..', '..', 'bench', 'slow-disk.c')
const MODES = { synced: [], unsynced: ['--no-sync'] }
const FIRST = 'first\n'
const KILL = 9

const row = {
  group: 'durability',
  against: '`--no-sync`',
  unit: 'MB/s',
  target: 0.95
}

export const durabilityRows: Row[] = [
  { ...row, title: 'ingest, synced', ours: 'synced', theirs: 'unsynced' },
  {
    ...row,
    title: `ingest, synced, ${SLOW} ms more for each sync`,
    ours: 'synced, slow disk',
    theirs: 'unsynced, slow disk'
  },
  { ...row, title: 'whole pipe, synced', ours: 'pipe, synced', theirs: 'pipe, unsynced' },
  {
    group: 'durability-live',
    title: 'a lone line, synced, 25 ms one way, median',
    against: "`--no-sync`, the disk's own fdatasync and 3 ms",
    ours: 'lone line, synced',
    theirs: 'lone line, allowed',
    unit: 'ms',
    target: 1,
    atMost: true
  },
  {
    group: 'durability-live',
    title: '1,000 lines a second, synced, 25 ms one way: the last second, median',
    against: 'the second one',
    ours: '1,000 a second, at last',
    theirs: '1,000 a second, at first',
    unit: 'ms',
    target: 1.2,
    atMost: true
  }
]

/** What it costs to have blocks on disk before anybody sees them, beside not to. */
export const durability: Group = {
  prepare(folder) {
    makeFile(path.join(folder, '500MB'), SIZE)
    makeFile(path.join(folder, '100MB'), PIPE)
  },
  async run(add, folder) {
    const library = path.join(folder, 'slow-disk.so')
    spawnSync('cc', ['-shared', '-fPIC', '-o', library, SOURCE, '-ldl'])
    for (const [mode, flags] of Object.entries(MODES)) {
      await onStage(0, async (stage) => {
        const input = path.join(folder, '500MB')
        add(mode, SIZE / MB / (await ingest(stage, mode, { flags, input })))
        const env = { LD_PRELOAD: library, SLOW_DISK: String(SLOW) }
        const seconds = await ingest(stage, `${mode}-slow`, { flags, input, env })
        add(`${mode}, slow disk`, SIZE / MB / seconds)
        const pipe = { flags, input: path.join(folder, '100MB') }
        add(`pipe, ${mode}`, PIPE / MB / (await wholePipe(stage, `${mode}-pipe`, pipe)))
      })
    }
  }
}

/** The same of single lines, over a long link. */
export const durabilityLive: Group = {
  wan: true,
  async run(add, folder) {
    const disk = await syncTime(path.join(folder, 'synced'))
    add('fdatasync', disk)
    await onStage(ONE_WAY, async (stage) => {
      const unsynced = await delays(stage, MODES.unsynced, { every: 100, batch: 1, number: 30 })
      add('lone line, unsynced', median(unsynced))
      add('lone line, allowed', median(unsynced) + disk + 3)
      const synced = await delays(stage, MODES.synced, { every: 100, batch: 1, number: 30 })
      add('lone line, synced', median(synced))
      addSeconds(add, await delays(stage, MODES.synced, { every: 10, batch: 10, number: 5000 }))
    })
  }
}

function addSeconds(add: Add, all: number[]): void {
  add('1,000 a second, at first', median(all.slice(1000, 2000)))
  add('1,000 a second, at last', median(all.slice(-1000)))
}

async function onStage(delay: number, play: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await Stage.open({ delay })
  try {
    await play(stage)
  } finally {
    await stage.close()
  }
}

interface Input {
  flags: string[]
  input: string
  env?: Record<string, string>
}

// Seconds from the key to the end, with nobody connected.
async function ingest(stage: Stage, name: string, options: Input): Promise<number> {
  const writer = pipeIn(stage, name, options)
  await writer.key()
  const start = now()
  await writer.says('all committed')
  const seconds = (now() - start) / 1000
  await writer.stop(KILL)
  fs.rmSync(stage.path(name), { recursive: true })
  return seconds
}

// Seconds from the first byte at the reader, which is there before, to the last one.
async function wholePipe(stage: Stage, name: string, options: Input): Promise<number> {
  const gate = stage.path(`${name}-gate`)
  const first = `echo first; until [ -e ${gate} ]; do sleep 0.02; done; `
  const writer = pipeIn(stage, name, options, first)
  const meter = new Meter()
  const reader = stage.reader(`${name}-reader`, await writer.key(), { ondata: meter.ondata })
  await meter.until(FIRST.length)
  const start = now()
  fs.writeFileSync(gate, '')
  await meter.until(FIRST.length + fs.statSync(options.input).size)
  const seconds = (now() - start) / 1000
  await Promise.all([writer.stop(KILL), reader.stop(KILL)])
  return seconds
}

function pipeIn(stage: Stage, name: string, { flags, input, env }: Input, before = ''): Program {
  const shell = ['bash', '-c', `exec "$@" < <(${before}cat "$0")`, input]
  const args = ['--storage', stage.path(name), '--dht-bootstrap', stage.bootstrap, ...flags]
  return new Program([...shell, ...compiled('writer-app/index'), ...args], { env })
}

interface Pace {
  /** Milliseconds. */
  every: number
  /** Lines at a time, and in all. */
  batch: number
  number: number
}

// Milliseconds that each line takes from the writer's input to the reader's output.
async function delays(
  stage: Stage,
  flags: string[],
  { every, batch, number }: Pace
): Promise<number[]> {
  const name = `live${flags.join('')}-${number}`
  const args = ['--storage', stage.path(name), '--dht-bootstrap', stage.bootstrap, ...flags]
  const writer = stage.run('writer-app/index', args)
  const typed: number[] = []
  const took: number[] = []
  let bytes = 0
  const ondata = (chunk: Uint8Array): void => {
    bytes += chunk.byteLength
    const at = now()
    while (took.length < Math.floor(bytes / LINE.byteLength)) took.push(at - typed[took.length]!)
  }
  const reader = stage.reader(`${name}-reader`, await writer.key(), { ondata })
  const text = `${b4a.toString(LINE.subarray(1))}\n`
  const type = (lines: number): void => {
    for (let i = 0; i < lines; i++) typed.push(now())
    writer.type(text.repeat(lines))
  }
  type(1)
  await reader.until(() => took.length === 1, 'print the first line')
  while (typed.length < number) {
    type(batch)
    await sleep(every)
  }
  await reader.until(() => took.length === typed.length, 'print all lines')
  await Promise.all([writer.stop(KILL), reader.stop(KILL)])
  return took.slice(1)
}

// Milliseconds that the disk takes to sync a line, at the median.
async function syncTime(file: string): Promise<number> {
  const fd = await fs.open(file, 'w')
  const times: number[] = []
  for (let i = 0; i < SYNCS; i++) {
    await fs.write(fd, LINE)
    const start = now()
    await fs.fdatasync(fd)
    times.push(now() - start)
  }
  fs.closeSync(fd)
  return median(times)
}

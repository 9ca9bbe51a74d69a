import fs from 'bare-fs'
import path from 'bare-path'
import { durability, durabilityLive } from './durability.js'
import { line, LINE, makeFile } from './input.js'
import { median, Meter, now } from './measure.js'
import { cpuTime, peakMemory, Stage } from './stage.js'
import type { Program } from '../tools/program.js'
import { sleep } from '../tools/sleep.js'

const MB = 1_000_000
const BLOCK = 256 * 1024
const ONE_WAY = 25 // ms
const LIVE_LINES = 25
const COMMITTED = 'all committed'

/** Takes a measured value by its name; the medians of those of one name go into the table. */
export type Add = (name: string, value: number) => void

export interface Group {
  /** Needs the delayed link, and so root. */
  wan?: boolean
  /** Runs once: it takes its time, and hardly varies. */
  once?: boolean
  /** Makes what all runs use, in a folder of their own. */
  prepare?(folder: string): Promise<void> | void
  run(add: Add, folder: string): Promise<void>
}

export const groups: Record<string, Group> = {
  durability,
  'durability-live': durabilityLive,

  ingest: {
    prepare(folder) {
      makeFile(path.join(folder, '500MB'), 500 * MB)
    },
    async run(add, folder) {
      await onStage(async (stage) => {
        const input = path.join(folder, '500MB')
        const ours = await ingest(stage.writer('ours', { input }))
        add('ingest', 500 / ours.seconds)

        const theirs = await ingest(howToWriter(stage, { input }))
        add('ingest, how-to', 500 / theirs.seconds)

        const blocks = Math.round((500 * MB) / BLOCK)
        const args = ['append', stage.path('raw'), String(blocks), String(BLOCK)]
        const raw = stage.run('bench/baselines/raw-hypercore', args)
        await raw.prints('\n')
        add('ingest, raw Hypercore', 500 / (Number(raw.stdout) / 1000))
      })
    }
  },

  'writer-memory': {
    once: true,
    prepare(folder) {
      makeFile(path.join(folder, '500MB'), 500 * MB)
      makeFile(path.join(folder, '2GB'), 2000 * MB)
      fs.writeFileSync(path.join(folder, 'one line'), '')
      fs.truncateSync(path.join(folder, 'one line'), 1000 * MB)
    },
    async run(add, folder) {
      await onStage(async (stage) => {
        for (const name of ['500MB', '2GB', 'one line']) {
          const { memory } = await ingest(stage.writer(name, { input: path.join(folder, name) }))
          add(`writer memory, ${name}`, memory)
        }
      })
    }
  },

  lines: {
    async run(add) {
      await onStage(async (stage) => {
        for (const [name, count] of [
          ['lines', 1_000_000],
          ['lines, how-to', 200_000]
        ] as const) {
          const options = { inputFrom: ['bench/lines', String(count)] }
          const ours = name === 'lines'
          const writer = ours ? stage.writer('ours', options) : howToWriter(stage, options)
          const { seconds } = await ingest(writer)
          add(name, count / seconds)
        }
      })
    }
  },

  live: {
    wan: true,
    async run(add) {
      await onStage(async (stage) => {
        const writer = stage.writer('writer')
        add('live', await latency(stage, writer, 1, oursReader))
      }, ONE_WAY)
      await onStage(async (stage) => {
        const writer = stage.writer('writer')
        add('live, 10 readers', await latency(stage, writer, 10, oursReader))
      }, ONE_WAY)
      await onStage(async (stage) => {
        const writer = howToWriter(stage)
        add(
          'live, how-to',
          await latency(stage, writer, 1, howToReader, (i) => LINE + `Block ${i}: \n`.length)
        )
      }, ONE_WAY)
    }
  },

  'long-link': {
    wan: true,
    prepare(folder) {
      makeFile(path.join(folder, '60MB'), 60 * MB)
    },
    async run(add, folder) {
      const input = path.join(folder, '60MB')
      await onStage(async (stage) => {
        const writer = stage.writer('ours', { input })
        await writer.says(COMMITTED)
        const ours = await catchUp(stage, writer, oursReader, 60 * MB)
        add('catch-up', ours / MB)
        add('catch-up, lines', ours / LINE)
      }, ONE_WAY)
      await onStage(async (stage) => {
        const writer = howToWriter(stage, { inputFrom: ['bench/lines', '20000'] })
        await writer.says(COMMITTED)
        const theirs = await catchUp(stage, writer, howToReader, 20_000 * LINE)
        add('catch-up, lines, how-to', theirs / LINE)
      }, ONE_WAY)
      await onStage(async (stage) => {
        add('catch-up, hyperbeam', (await beam(stage, input)) / MB)
      }, ONE_WAY)
      await onStage(async (stage) => {
        const [blocks, size] = [1000, 64 * 1024]
        const writer = await rawLog(stage, blocks, size)
        add('blocks', (await catchUp(stage, writer, oursReader, blocks * size)) / size)
        add('blocks, how-to', (await catchUp(stage, writer, howToReader, blocks * size)) / size)
      }, ONE_WAY)
    }
  },

  loopback: {
    prepare(folder) {
      makeFile(path.join(folder, '100MB'), 100 * MB)
    },
    async run(add, folder) {
      const input = path.join(folder, '100MB')
      await onStage(async (stage) => {
        const writer = stage.writer('writer', { input })
        await writer.says(COMMITTED)
        add('no delay', (await catchUp(stage, writer, oursReader, 100 * MB)) / MB)
        const length = /all committed: length (\d+)/.exec(writer.stderr)![1]!
        const args = ['download', stage.path('raw'), stage.bootstrap, await writer.key(), length]
        const download = stage.run('bench/baselines/raw-hypercore', args)
        await download.prints('\n')
        add('no delay, raw Hypercore', 100 / (Number(download.stdout) / 1000))
      })
      await onStage(async (stage) => {
        const ends: Record<string, Program> = {}
        const write = (options: Input): Program => (ends.writer = stage.writer('writer', options))
        const read: Reader = (...args) => (ends.reader = oursReader(...args))
        add('pipe', (await pipe(stage, write, read, input)) / MB)
        for (const [end, program] of Object.entries(ends)) {
          for (const [thread, seconds] of cpuTime(program)) add(`cpu ${end} ${thread}`, seconds)
        }
      })
      await onStage(async (stage) => {
        const write = (options: Input): Program => howToWriter(stage, options)
        add('pipe, how-to', (await pipe(stage, write, howToReader, input)) / MB)
      })
      await onStage(async (stage) => {
        add('pipe, hyperbeam', (await beam(stage, input)) / MB)
      })
    }
  },

  'thin-link': {
    wan: true,
    once: true,
    prepare(folder) {
      makeFile(path.join(folder, '1MB'), MB)
    },
    async run(add, folder) {
      await onStage(
        async (stage) => {
          const writer = stage.writer('ours', { input: path.join(folder, '1MB') })
          await writer.says(COMMITTED)
          const rate = await catchUp(stage, writer, oursReader, MB, 60_000)
          add('thin link', (rate * 8) / MB)
        },
        300,
        1
      )
    }
  },

  'reader-memory': {
    once: true,
    prepare(folder) {
      makeFile(path.join(folder, '500MB'), 500 * MB)
      makeFile(path.join(folder, '2GB'), 2000 * MB)
    },
    async run(add, folder) {
      for (const [size, name] of [
        [500 * MB, '500MB'],
        [2000 * MB, '2GB']
      ] as const) {
        await onStage(async (stage) => {
          const writer = stage.writer('writer', { input: path.join(folder, name) })
          await writer.says(COMMITTED)
          const meter = new Meter()
          const reader = oursReader(stage, 'reader', await writer.key(), meter.ondata)
          await meter.until(size)
          add(`reader memory, ${name}`, peakMemory(reader))
        })
      }
    }
  },

  open: {
    async run(add, folder) {
      await onStage(async (stage) => {
        for (const blocks of [1000, 1_000_000]) {
          const storage = path.join(folder, String(blocks))
          const log = path.join(storage, 'writer-storage')
          if (!fs.existsSync(log)) {
            const args = ['append', log, String(blocks), String(LINE)]
            await stage.run('bench/baselines/raw-hypercore', args).ended
          }
          const start = now()
          const args = ['--storage', storage, '--dht-bootstrap', stage.bootstrap]
          const writer = stage.run('writer-app/index', args)
          await writer.key()
          add(`open, ${blocks} blocks`, now() - start)
          await writer.stop(15)
        }
      })
    }
  }
}

type Reader = typeof oursReader
type Input = { input: string; gate: string }

async function onStage(
  play: (stage: Stage) => Promise<void>,
  delay = 0,
  rate = Infinity
): Promise<void> {
  const stage = await Stage.open({ delay, rate })
  try {
    await play(stage)
  } finally {
    await stage.close()
  }
}

async function ingest(writer: Program): Promise<{ seconds: number; memory: number }> {
  await writer.key()
  const start = now()
  await writer.says(COMMITTED)
  const seconds = (now() - start) / 1000
  const memory = peakMemory(writer)
  await writer.stop(9)
  return { seconds, memory }
}

function howToWriter(stage: Stage, options?: Parameters<Stage['run']>[2]): Program {
  const args = ['write', stage.path('how-to-writer'), stage.bootstrap]
  return stage.run('bench/baselines/how-to', args, options)
}

function howToReader(
  stage: Stage,
  name: string,
  key: string,
  ondata: (chunk: Uint8Array) => void
): Program {
  const args = ['read', stage.path(`how-to-${name}`), stage.bootstrap, key]
  return stage.run('bench/baselines/how-to', args, { host: 'b', ondata })
}

function oursReader(
  stage: Stage,
  name: string,
  key: string,
  ondata: (chunk: Uint8Array) => void
): Program {
  return stage.reader(name, key, { ondata })
}

/** A writer of ours on a log of ready blocks. */
async function rawLog(stage: Stage, blocks: number, size: number): Promise<Program> {
  const log = path.join(stage.path('raw'), 'writer-storage')
  const args = ['append', log, String(blocks), String(size)]
  await stage.run('bench/baselines/raw-hypercore', args).ended
  return stage.writer('raw')
}

/** Bytes a second, from the connection on, of a reader that finds the log there. */
async function catchUp(
  stage: Stage,
  writer: Program,
  start: Reader,
  size: number,
  longest = 3000
): Promise<number> {
  const meter = new Meter()
  const said = writer.stderr.length
  const reader = start(stage, 'catch-up', await writer.key(), meter.ondata)
  await writer.until(
    () => /(peer connected|serving \d+ peer)/.test(writer.stderr.slice(said)),
    'connect'
  )
  const from = now()
  const limit = sleep(longest)
  await Promise.race([meter.until(size), limit])
  const rate = meter.bytes / ((now() - from) / 1000)
  await reader.stop(9)
  return rate
}

/** Bytes a second from the writer's standard input to the standard output of a connected reader. */
async function pipe(
  stage: Stage,
  write: (options: Input) => Program,
  read: Reader,
  input: string
): Promise<number> {
  const gate = stage.path('gate')
  const writer = write({ input, gate })
  const meter = new Meter()
  read(stage, 'pipe', await writer.key(), meter.ondata)
  return throughGate(gate, meter, fs.statSync(input).size)
}

/** The same of hyperbeam. */
async function beam(stage: Stage, input: string): Promise<number> {
  const gate = stage.path('gate')
  const module = 'bench/baselines/hyperbeam'
  const listen = stage.run(module, ['listen', stage.bootstrap], { input, gate })
  await listen.says('hyperbeam key: ')
  const key = /hyperbeam key: (\w+)/.exec(listen.stderr)![1]!
  const meter = new Meter()
  const options = { host: 'b' as const, ondata: meter.ondata }
  stage.run(module, ['connect', stage.bootstrap, key], options)
  return throughGate(gate, meter, fs.statSync(input).size)
}

async function throughGate(gate: string, meter: Meter, size: number): Promise<number> {
  await meter.until(1)
  const first = meter.bytes
  const from = now()
  fs.writeFileSync(gate, '')
  await meter.until(first + size)
  return size / ((now() - from) / 1000)
}

/** The median milliseconds from standard input to a reader's standard output; the slowest reader's. */
async function latency(
  stage: Stage,
  writer: Program,
  readers: number,
  start: Reader,
  sizeOf = (_index: number): number => LINE
): Promise<number> {
  const key = await writer.key()
  const followers = Array.from({ length: readers }, (_, i) => {
    const meter = new Meter()
    start(stage, `live-${i}`, key, meter.ondata)
    return { meter, times: [] as number[] }
  })
  for (let i = 0, size = 0; i <= LIVE_LINES; i++) {
    size += sizeOf(i)
    const typed = now()
    writer.type(line(i))
    await Promise.all(
      followers.map(async ({ meter, times }) => {
        await meter.until(size)
        if (i > 0) times.push(now() - typed) // the first waited for all to connect
      })
    )
    await sleep(100)
  }
  return Math.max(...followers.map(({ times }) => median(times)))
}

import fs from 'bare-fs'
import { randomBytes } from 'hypercore-crypto'
import { Meter } from '../../lab/meter.js'
import { peakMemory } from '../../lab/resources.js'
import { SIGKILL, SIGTERM } from '../../lab/signals.js'
import { measureFolder } from '../../shared/storage/measure-folder.js'
import { file, made } from '../files.js'
import { ingest } from '../measure/ingest.js'
import { beam, pipe } from '../measure/pipe.js'
import { cat, COMMITTED, ours, oursWith, type Pair } from '../pairs.js'
import { MB, MB_PER_SECOND, MEGABYTES, type Group, type Measure } from '../row.js'

const SIZE = 200 * MB
const PIPE = 100 * MB
const LIMIT = 220 // MB, of memory

/** With `--compress` at the writer. */
export const compressed = oursWith({ flags: ['--compress'] })

// A file that does not shrink.
const noise = (): Promise<string> =>
  made('noise', (at) => {
    const fd = fs.openSync(at, 'w')
    for (let i = 0; i < SIZE / MB; i++) fs.writeSync(fd, randomBytes(MB) as Buffer)
    fs.closeSync(fd)
  })

const ingests =
  (pair: Pair, input: () => Promise<string>): Measure =>
  async (stage) =>
    SIZE / (await ingest(pair.writer(stage, cat(await input())))).seconds
const lines = (): Promise<string> => file(SIZE)

const memoryOfWriter: Measure = async (stage) =>
  (await ingest(compressed.writer(stage, cat(await lines())))).memory

const memoryOfReader: Measure = async (stage) => {
  const writer = compressed.writer(stage, cat(await lines()))
  await writer.says(COMMITTED)
  const meter = new Meter()
  const reader = compressed.reader(stage, await writer.key(), meter.ondata)
  await meter.until(SIZE)
  const memory = peakMemory(reader)
  for (const program of [reader, writer]) await program.stop(SIGKILL)
  return memory
}

// In MB.
const onDisk: Measure = async (stage) => {
  const storage = stage.newPath()
  const writer = stage.writer('disk', { storage, flags: ['--compress'], pipe: cat(await lines()) })
  await writer.says(COMMITTED)
  await writer.stop(SIGTERM) // RocksDB makes its files longer than they are while it has them open
  return measureFolder(storage).disk / MB
}

export const compressedGroup: Group = {
  rows: [
    {
      title: '`--compress`: whole pipe, no delay',
      against: 'hyperbeam, which stores and proves nothing',
      ours: async (stage) => (await pipe(stage, compressed, await file(PIPE))).rate,
      theirs: async (stage) => (await beam(stage, await file(PIPE))).rate,
      unit: MB_PER_SECOND,
      atLeast: 1
    },
    {
      title: '`--compress`: ingest, 200 MB of lines',
      against: 'plain',
      ours: ingests(compressed, lines),
      theirs: ingests(ours, lines),
      unit: MB_PER_SECOND,
      atLeast: 0.9
    },
    {
      title: '`--compress`: ingest, 200 MB that do not shrink',
      against: 'plain',
      ours: ingests(compressed, noise),
      theirs: ingests(ours, noise),
      unit: MB_PER_SECOND,
      atLeast: 0.7
    },
    {
      title: '`--compress`: disk for 200 MB of lines',
      against: 'the input',
      ours: onDisk,
      theirs: SIZE / MB,
      unit: MEGABYTES,
      atMost: 0.2
    },
    {
      title: "`--compress`: writer's peak memory, 200 MB of lines",
      against: 'a limit of 220 MB',
      ours: memoryOfWriter,
      theirs: LIMIT,
      unit: MEGABYTES,
      atMost: 1
    },
    {
      title: "`--compress`: reader's peak memory, 200 MB of lines",
      against: 'a limit of 220 MB',
      ours: memoryOfReader,
      theirs: LIMIT,
      unit: MEGABYTES,
      atMost: 1
    }
  ]
}

import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { file, made } from '../files.js'
import { ingest } from '../measure/ingest.js'
import { pipe } from '../measure/pipe.js'
import { cat, ours, oursWith, unsynced, type Pair } from '../pairs.js'
import { MB, MB_PER_SECOND, type Group, type Measure } from '../row.js'

const INGEST = 500 * MB
const PIPE = 100 * MB
const SLOW = 5 // ms
const SOURCE = path.join(import.meta.dirname, '..', '..', '..', 'bench', 'slow-disk.c')

const ingests =
  (pairOf: () => Promise<Pair>): Measure =>
  async (stage) => {
    const pair = await pairOf()
    return INGEST / (await ingest(pair.writer(stage, cat(await file(INGEST))))).seconds
  }

const pipes =
  (pair: Pair): Measure =>
  async (stage) =>
    (await pipe(stage, pair, await file(PIPE))).rate

// On a disk that takes SLOW ms more for each sync.
async function slow(flags: string[]): Promise<Pair> {
  const library = await made('slow-disk.so', (at) => {
    const { status } = spawnSync('cc', ['-shared', '-fPIC', '-o', at, SOURCE, '-ldl'])
    if (status !== 0) throw new Error('the slow disk needs cc')
  })
  return oursWith({ flags, env: { LD_PRELOAD: library, SLOW_DISK: String(SLOW) } })
}

/** What it costs to have blocks on disk for good before anybody sees them. */
export const durabilityGroup: Group = {
  rows: [
    {
      title: 'ingest, 500 MB piped, synced, nobody connected',
      against: '`--no-sync`',
      ours: ingests(async () => ours),
      theirs: ingests(async () => unsynced),
      unit: MB_PER_SECOND,
      atLeast: 0.95
    },
    {
      title: `the same, ${SLOW} ms more for each sync`,
      against: '`--no-sync`',
      ours: ingests(() => slow([])),
      theirs: ingests(() => slow(['--no-sync'])),
      unit: MB_PER_SECOND,
      atLeast: 0.95
    },
    {
      title: 'whole pipe, no delay, synced',
      against: '`--no-sync`',
      ours: pipes(ours),
      theirs: pipes(unsynced),
      unit: MB_PER_SECOND,
      atLeast: 0.95
    }
  ]
}

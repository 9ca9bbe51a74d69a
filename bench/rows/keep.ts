import path from 'bare-path'
import type Hypercore from 'hypercore'
import { openLog } from '../../shared/index.js'
import { now } from '../../lab/time.js'
import { file } from '../files.js'
import { ingest } from '../measure/ingest.js'
import { cat, ours, oursWith, type Pair } from '../pairs.js'
import { MB, MB_PER_SECOND, MS, type Group, type Measure } from '../row.js'

const SIZE = 500 * MB
const KEEP = 50 * MB
const APPENDS = 2000
const BLOCK = 256 * 1024
const keeping = oursWith({ flags: ['--keep', '50MB'] })

const of =
  (pair: Pair): Measure =>
  async (stage) =>
    SIZE / (await ingest(pair.writer(stage, cat(await file(SIZE))))).seconds

/** The longest of many appends to a log that keeps a tenth of them. */
const longestAppend: Measure = async (stage) => {
  const network = { bootstrap: stage.bootstrap }
  const log = await openLog(path.join(stage.newPath(), 'log'), { network, keep: KEEP })
  const core: Hypercore = log.core
  let longest = 0
  for (let i = 0; i < APPENDS; i++) {
    const start = now()
    await core.append([new Uint8Array(BLOCK).fill(i)])
    longest = Math.max(longest, now() - start)
  }
  await log.close()
  return longest
}

export const keepGroup: Group = {
  rows: [
    {
      title: 'ingest, 500 MB piped, --keep 50MB',
      against: 'without',
      ours: of(keeping),
      theirs: of(ours),
      unit: MB_PER_SECOND,
      atLeast: 0.8
    },
    {
      title: 'the longest append, --keep 50MB',
      against: '250 ms',
      ours: longestAppend,
      theirs: 250,
      unit: MS,
      atMost: 1
    }
  ]
}

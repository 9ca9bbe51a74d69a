import { file } from '../files.js'
import { ingest } from '../measure/ingest.js'
import { pipe } from '../measure/pipe.js'
import { cat, encrypted, ours, type Pair } from '../pairs.js'
import { MB, MB_PER_SECOND, type Group, type Measure } from '../row.js'

const INGEST = 500 * MB
const PIPE = 100 * MB

const ingests =
  (pair: Pair): Measure =>
  async (stage) =>
    INGEST / (await ingest(pair.writer(stage, cat(await file(INGEST))))).seconds

const pipes =
  (pair: Pair): Measure =>
  async (stage) =>
    (await pipe(stage, pair, await file(PIPE))).rate

/** What it costs to encrypt, and to decrypt. */
export const encryptionGroup: Group = {
  rows: [
    {
      title: 'ingest, 500 MB piped, `--encrypt`',
      against: 'a plain log',
      ours: ingests(encrypted),
      theirs: ingests(ours),
      unit: MB_PER_SECOND,
      atLeast: 0.95
    },
    {
      title: 'whole pipe, no delay, `--encrypt`',
      against: 'a plain log',
      ours: pipes(encrypted),
      theirs: pipes(ours),
      unit: MB_PER_SECOND,
      atLeast: 0.95
    }
  ]
}

import type { Program } from '../../lab/program.js'
import { file } from '../files.js'
import { ingest } from '../measure/ingest.js'
import { cat, howTo, ours, rawAppend, type Pair } from '../pairs.js'
import { MB, MB_PER_SECOND, type Group, type Measure } from '../row.js'

const SIZE = 500 * MB
const BLOCK = 256 * 1024

const rate = async (writer: Program): Promise<number> => SIZE / (await ingest(writer)).seconds
const of =
  (pair: Pair): Measure =>
  async (stage) =>
    rate(pair.writer(stage, cat(await file(SIZE))))
const oursIngests = of(ours)
const oursIngestsFile: Measure = async (stage) =>
  rate(stage.writer('writer', { storage: stage.newPath(), input: await file(SIZE) }))

export const ingestGroup: Group = {
  rows: [
    {
      title: 'ingest, 500 MB piped',
      against: 'how-to',
      ours: oursIngests,
      theirs: of(howTo),
      unit: MB_PER_SECOND,
      atLeast: 1.4
    },
    {
      title: 'ingest, 500 MB piped',
      against: 'raw Hypercore, ready blocks',
      ours: oursIngests,
      theirs: (stage) => rawAppend(stage, Math.round(SIZE / BLOCK), BLOCK),
      unit: MB_PER_SECOND,
      atLeast: 0.95
    },
    {
      title: 'ingest, a file of 500 MB',
      against: 'the same, piped',
      ours: oursIngestsFile,
      theirs: oursIngests,
      unit: MB_PER_SECOND,
      atLeast: 0.9
    }
  ]
}

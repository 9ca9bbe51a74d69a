import { LINE } from '../input.js'
import { ingest } from '../measure/ingest.js'
import { howTo, lines, ours, type Pair } from '../pairs.js'
import { LINES_PER_SECOND, type Group, type Measure } from '../row.js'

const of =
  (pair: Pair, count: number): Measure =>
  async (stage) =>
    (count * LINE) / (await ingest(pair.writer(stage, lines(count)))).seconds

export const linesGroup: Group = {
  rows: [
    {
      title: 'ingest, one write per 100-byte line, 1,000,000 lines',
      against: 'how-to (200,000 lines)',
      ours: of(ours, 1_000_000),
      theirs: of(howTo, 200_000),
      unit: LINES_PER_SECOND,
      atLeast: 8
    }
  ]
}

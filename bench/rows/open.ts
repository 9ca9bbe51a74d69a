import { SIGTERM } from '../../lab/signals.js'
import { now } from '../../lab/time.js'
import { LINE } from '../input.js'
import { readyLog } from '../pairs.js'
import { MS, type Group, type Measure } from '../row.js'

const of =
  (blocks: number): Measure =>
  async (stage) => {
    const storage = await readyLog(stage, blocks, LINE)
    const start = now()
    const writer = stage.writer('writer', { storage })
    await writer.key()
    const time = now() - start
    await writer.stop(SIGTERM)
    return time
  }

export const openGroup: Group = {
  rows: [
    {
      title: 'open a log of 1,000,000 blocks, time to the key line',
      against: 'one of 1,000 blocks',
      ours: of(1_000_000),
      theirs: of(1000),
      unit: MS,
      atMost: 1.5
    }
  ]
}

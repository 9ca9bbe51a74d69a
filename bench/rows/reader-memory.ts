import { Meter } from '../../lab/meter.js'
import { peakMemory } from '../../lab/resources.js'
import { SIGKILL } from '../../lab/signals.js'
import { file } from '../files.js'
import { cat, COMMITTED, ours } from '../pairs.js'
import { MB, MEGABYTES, MOST_MEMORY, type Group, type Measure } from '../row.js'

const of =
  (size: number): Measure =>
  async (stage) => {
    const writer = ours.writer(stage, cat(await file(size)))
    await writer.says(COMMITTED)
    const meter = new Meter()
    const reader = ours.reader(stage, await writer.key(), meter.ondata)
    await meter.until(size)
    const memory = peakMemory(reader)
    for (const program of [reader, writer]) await program.stop(SIGKILL)
    return memory
  }

const twoGigabytes = of(2000 * MB)

export const readerMemoryGroup: Group = {
  once: true,
  rows: [
    {
      title: "reader's peak memory, 2 GB log",
      against: 'itself, 500 MB log',
      ours: twoGigabytes,
      theirs: of(500 * MB),
      unit: MEGABYTES,
      atMost: 1.15
    },
    {
      title: "reader's peak memory, 2 GB log",
      against: `a limit of ${MOST_MEMORY} MB`,
      ours: twoGigabytes,
      theirs: MOST_MEMORY,
      unit: MEGABYTES,
      atMost: 1
    }
  ]
}

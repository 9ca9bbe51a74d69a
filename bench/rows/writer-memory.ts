import fs from 'bare-fs'
import { file, made } from '../files.js'
import { ingest } from '../measure/ingest.js'
import { cat, ours } from '../pairs.js'
import { MB, MEGABYTES, MOST_MEMORY, type Group, type Measure } from '../row.js'

const of =
  (input: () => Promise<string>): Measure =>
  async (stage) =>
    (await ingest(ours.writer(stage, cat(await input())))).memory
const twoGigabytes = of(() => file(2000 * MB))
const oneLine = of(() =>
  made('one-line', (at) => {
    fs.writeFileSync(at, '')
    fs.truncateSync(at, 1000 * MB)
  })
)

export const writerMemoryGroup: Group = {
  once: true,
  rows: [
    {
      title: "writer's peak memory, 2 GB in",
      against: 'itself, 500 MB in',
      ours: twoGigabytes,
      theirs: of(() => file(500 * MB)),
      unit: MEGABYTES,
      atMost: 1.15
    },
    {
      title: "writer's peak memory, 2 GB in",
      against: `a limit of ${MOST_MEMORY} MB`,
      ours: twoGigabytes,
      theirs: MOST_MEMORY,
      unit: MEGABYTES,
      atMost: 1
    },
    {
      title: "writer's peak memory, one line of 1 GB",
      against: `a limit of ${MOST_MEMORY} MB`,
      ours: oneLine,
      theirs: MOST_MEMORY,
      unit: MEGABYTES,
      atMost: 1
    }
  ]
}

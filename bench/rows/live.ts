import { latency } from '../measure/latency.js'
import { howTo, ours } from '../pairs.js'
import { MS, type Group } from '../row.js'

const ONE_WAY = 25 // ms

export const liveGroup: Group = {
  link: { delay: ONE_WAY },
  rows: [
    {
      title: 'live, a line every 100 ms, 25 ms one way, median',
      against: 'the one-way delay',
      ours: (stage) => latency(stage, ours, 1),
      theirs: ONE_WAY,
      unit: MS,
      atMost: 1.4
    },
    {
      title: 'the same, how-to',
      against: 'the one-way delay',
      ours: (stage) => latency(stage, howTo, 1),
      theirs: ONE_WAY,
      unit: MS
    },
    {
      title: 'live, the same, the slowest of 10 readers',
      against: 'the one-way delay',
      ours: (stage) => latency(stage, ours, 10),
      theirs: ONE_WAY,
      unit: MS,
      atMost: 2
    }
  ]
}

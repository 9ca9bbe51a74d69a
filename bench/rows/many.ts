import { costsOf, type Cost } from '../measure/many.js'
import { CORES, MEGABYTES, MS, SECONDS, shared, type Group, type Measure } from '../row.js'

const LOGS = 100

const costs = shared((stage) => costsOf(stage, LOGS))

const of =
  (reader: 'many' | 'single', what: keyof Cost, times = 1): Measure =>
  async (stage) =>
    (await costs(stage))[reader][what] * times

export const manyGroup: Group = {
  once: true,
  rows: [
    {
      title: '100 logs in one reader, a line a second each: memory',
      against: '400 MB',
      ours: of('many', 'memory'),
      theirs: 400,
      unit: MEGABYTES,
      atMost: 1
    },
    {
      title: 'the same: CPU',
      against: 'a quarter of a core',
      ours: of('many', 'cpu'),
      theirs: 0.25,
      unit: CORES,
      atMost: 1
    },
    {
      title: 'the same: until all are live',
      against: '20 s',
      ours: of('many', 'live'),
      theirs: 20,
      unit: SECONDS,
      atMost: 1
    },
    {
      title: 'the same: a line is late by, median',
      against: 'a reader of one of them',
      ours: of('many', 'late'),
      theirs: of('single', 'late'),
      unit: MS,
      atMost: 2
    },
    {
      title: 'the same: memory',
      against: '100 readers, by one of them',
      ours: of('many', 'memory'),
      theirs: of('single', 'memory', LOGS),
      unit: MEGABYTES
    },
    {
      title: 'the same: CPU',
      against: '100 readers, by one of them',
      ours: of('many', 'cpu'),
      theirs: of('single', 'cpu', LOGS),
      unit: CORES
    }
  ]
}

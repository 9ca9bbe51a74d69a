import { costOfReaders } from '../measure/readers.js'
import { MS, shared, type Group } from '../row.js'

const TEN = shared((stage) => costOfReaders(stage, { readers: 10, seconds: 20 }))
const FIFTY = shared((stage) => costOfReaders(stage, { readers: 50, seconds: 60 }))

export const readersGroup: Group = {
  once: true,
  rows: [
    {
      title: '100 lines a second to 10 readers: CPU of the writer, a line',
      against: '1.5 ms',
      ours: async (stage) => (await TEN(stage)).cpu,
      theirs: 1.5,
      unit: MS,
      atMost: 1
    },
    {
      title: 'the same: a line is late by, median',
      against: 'a limit of 50 ms',
      ours: async (stage) => (await TEN(stage)).median,
      theirs: 50,
      unit: MS,
      atMost: 1
    },
    {
      title: '100 lines a second to 50 readers: CPU of the writer, a line',
      against: '1.5 ms',
      ours: async (stage) => (await FIFTY(stage)).cpu,
      theirs: 1.5,
      unit: MS,
      atMost: 1
    },
    {
      title: 'the same, after 40 s: a line is late by, median',
      against: 'a limit of 1 s',
      ours: async (stage) => (await FIFTY(stage)).last,
      theirs: 1000,
      unit: MS,
      atMost: 1
    }
  ]
}

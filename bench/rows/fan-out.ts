import { fanOutLive } from '../measure/fan-out-live.js'
import { fanOut } from '../measure/fan-out.js'
import { MB, MS, SECONDS, shared, type Group, type Row, type Unit } from '../row.js'

const READERS = 10
const [UP, DOWN] = [8, 80] // Mbit/s
const LIVE_RATE = 300_000 // bytes a second
const LIVE_SECONDS = 60
const COPIES: Unit = { name: 'times', size: 1 }

// The writer sends each byte once at least: at 1 MB/s that takes longer than what all must send together.
const bound = (size: number): number => size / (UP * (MB / 8)) // s

function rowsOf(size: number, atMost: number): Row[] {
  const measured = shared((stage) => fanOut(stage, READERS, size))
  return [
    {
      title: `catch-up of ${size / MB} MB, ${READERS} readers, 1 MB/s up and 10 MB/s down each`,
      against: 'what sharing makes possible',
      ours: async (stage) => (await measured(stage)).seconds,
      theirs: bound(size),
      unit: SECONDS,
      atMost
    },
    {
      title: 'the same, what the writer sends',
      against: 'the log',
      ours: async (stage) => (await measured(stage)).copies,
      theirs: 1,
      unit: COPIES
    }
  ]
}

const live = shared((stage) =>
  fanOutLive(stage, { readers: READERS, rate: LIVE_RATE, seconds: LIVE_SECONDS })
)
const liveRows: Row[] = [
  {
    title: `live, 300 kB/s for ${LIVE_SECONDS} s, the same lines: a line is late by, median`,
    against: 'a limit of 1 s',
    ours: async (stage) => (await live(stage)).median,
    theirs: 1000,
    unit: MS,
    atMost: 1
  },
  {
    title: 'the same, the latest line at the slowest reader',
    against: 'a limit of 3 s',
    ours: async (stage) => (await live(stage)).most,
    theirs: 3000,
    unit: MS,
    atMost: 1
  },
  {
    title: 'the same, the median of the last third',
    against: 'the median of all',
    ours: async (stage) => (await live(stage)).last,
    theirs: async (stage) => (await live(stage)).median,
    unit: MS,
    atMost: 1.2
  },
  {
    title: 'the same, what the writer sends',
    against: 'the log',
    ours: async (stage) => (await live(stage)).copies,
    theirs: 1,
    unit: COPIES
  }
]

export const fanOutGroup: Group = {
  star: { readers: READERS, up: UP, down: DOWN },
  once: true,
  rows: [...rowsOf(20 * MB, 1.7), ...rowsOf(60 * MB, 1.5), ...liveRows]
}

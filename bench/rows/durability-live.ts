import { latency } from '../measure/latency.js'
import { pace } from '../measure/pace.js'
import { syncTime } from '../measure/sync-time.js'
import { ours, unsynced } from '../pairs.js'
import { MS, shared, type Group } from '../row.js'

const ONE_WAY = 25 // ms
const MORE = 3 // ms that a line may be later, beside the disk's own sync

const lateness = shared((stage) => pace(stage, ours))

export const durabilityLiveGroup: Group = {
  link: { delay: ONE_WAY },
  rows: [
    {
      title: 'a lone line, synced, 25 ms one way, median',
      against: "`--no-sync`, the disk's own fdatasync and 3 ms",
      ours: (stage) => latency(stage, ours, 1),
      theirs: async (stage) => (await latency(stage, unsynced, 1)) + (await syncTime(stage)) + MORE,
      unit: MS,
      atMost: 1
    },
    {
      title: '1,000 lines a second, synced: the fifth second, median',
      against: 'the second one',
      ours: async (stage) => (await lateness(stage)).last,
      theirs: async (stage) => (await lateness(stage)).second,
      unit: MS,
      atMost: 1.2
    }
  ]
}

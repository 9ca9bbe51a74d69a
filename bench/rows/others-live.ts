import type { Stage } from '../../lab/stage.js'
import { latency, lineLatency } from '../measure/latency.js'
import { syncTime } from '../measure/sync-time.js'
import { ours, unsynced } from '../pairs.js'
import { jetstream, NATS, SOCAT, socat, SSH, sshTail, type Ends } from '../peers.js'
import { MS, type Group, type Measure } from '../row.js'

const RHYTHM = { count: 200, every: 20 } // lines, ms
const GOAL = 2 // ms

const of =
  (start: (stage: Stage) => Promise<Ends>): Measure =>
  async (stage) => {
    const { writer, reader } = await start(stage)
    return lineLatency(writer, [reader], RHYTHM)
  }

const oursLive: Measure = (stage) => latency(stage, unsynced, 1, RHYTHM)

/** Beside what people use: a lone line from standard input to standard output, without delay. */
export const othersLiveGroup: Group = {
  rows: [
    {
      title: 'a lone line, no delay, `--no-sync`: kept at both ends, proved',
      against: `a limit of ${GOAL} ms`,
      ours: oursLive,
      theirs: GOAL,
      unit: MS,
      atMost: 1
    },
    {
      title: 'the same, synced',
      against: `${GOAL} ms and the disk's own fdatasync`,
      ours: (stage) => latency(stage, ours, 1, RHYTHM),
      theirs: async (stage) => GOAL + (await syncTime(stage)),
      unit: MS,
      atMost: 1
    },
    {
      title: 'a lone line, no delay, `--no-sync`',
      against: 'JetStream: kept at the server, not synced, not proved',
      ours: oursLive,
      theirs: of(jetstream),
      unit: MS,
      needs: NATS
    },
    {
      title: 'the same',
      against: '`ssh tail -f`: kept in a file, not synced, not proved',
      ours: oursLive,
      theirs: of(sshTail),
      unit: MS,
      needs: SSH
    },
    {
      title: 'the same',
      against: '`socat` over TCP, the floor: not kept, not proved',
      ours: oursLive,
      theirs: of(socat),
      unit: MS,
      needs: SOCAT
    }
  ]
}

import type { Stage } from '../../lab/stage.js'
import { file } from '../files.js'
import { LINE } from '../input.js'
import { catchUp } from '../measure/catch-up.js'
import { ingest } from '../measure/ingest.js'
import { replay } from '../measure/replay.js'
import { cat, COMMITTED, lines, ours } from '../pairs.js'
import { CONNECTED, jetstream, NATS, SSH, sshCat, type Unit } from '../peers.js'
import { LINES_PER_SECOND, MB, MB_PER_SECOND, shared, type Group, type Measure } from '../row.js'
import { compressed } from './compressed.js'

const STREAM = 'JetStream: keeps, syncs every 2 minutes, proves nothing'
const CAT = '`ssh cat`: keeps and proves nothing'

const IN_FLIGHT = 256 // messages; its client is fastest with that, of 1, 64, 256, 1,024 and 4,096

/** The same bytes for all, piped in lines of a write each, or as a file. */
interface Input {
  size: number
  unit: Unit
}
const LINES: Input = { size: 20 * MB, unit: 'line' } // JetStream takes seven seconds for them
const BLOCKS: Input = { size: 100 * MB, unit: 'block' }
const MANY: Input = { size: 200 * MB, unit: 'block' } // 20 MB of them are 0.65 MB when they are compressed
const FEW: Input = { size: MB, unit: 'line' } // two seconds, one by one

const fed = async ({ size, unit }: Input): Promise<string> =>
  unit === 'line' ? lines(size / LINE) : cat(await file(size))

/** JetStream and ours with all of an input in them, and how fast each takes it and gives it back. */
function measuresOf(
  input: Input,
  pair = ours
): Record<'in' | 'streamIn' | 'out' | 'streamOut' | 'catOut', Measure> {
  const { size, unit } = input
  const stream = shared(async (stage) => {
    const options = { unit, inFlight: IN_FLIGHT, pipe: await fed(input) }
    const { writer, reader } = await jetstream(stage, options)
    const { seconds } = await ingest(writer, writer.says(CONNECTED))
    return { reader, rate: size / seconds }
  })
  const log = shared(async (stage) => {
    const writer = pair.writer(stage, await fed(input))
    await writer.says(COMMITTED)
    return writer
  })
  return {
    in: async (stage) => size / (await ingest(pair.writer(stage, await fed(input)))).seconds,
    streamIn: async (stage) => (await stream(stage)).rate,
    out: async (stage) => catchUp(stage, await log(stage), pair, size),
    streamOut: async (stage) =>
      replay((await stream(stage)).reader, size, (reader) => reader.says(CONNECTED)),
    catOut: async (stage) => {
      const source = await file(size)
      return replay((ondata) => sshCat(stage, source, ondata), size)
    }
  }
}

async function oneByOne(stage: Stage): Promise<number> {
  const { writer } = await jetstream(stage, { pipe: await fed(FEW) })
  return FEW.size / (await ingest(writer, writer.says(CONNECTED))).seconds
}

const ofLines = measuresOf(LINES)
const ofBlocks = measuresOf(BLOCKS)
const ofCompressed = measuresOf(MANY, compressed)

/** Beside what people use: what goes in, and all of it out again, at one process each on this machine. */
export const othersGroup: Group = {
  rows: [
    {
      title: 'lines one by one in, synced behind',
      against: `${STREAM}; each line waits for the one before`,
      ours: ofLines.in,
      theirs: oneByOne,
      unit: LINES_PER_SECOND,
      needs: NATS,
      atLeast: 10
    },
    {
      title: 'the same',
      against: `JetStream, ${IN_FLIGHT} lines at once`,
      ours: ofLines.in,
      theirs: ofLines.streamIn,
      unit: LINES_PER_SECOND,
      needs: NATS,
      atLeast: 10
    },
    {
      title: 'messages of 256 KiB in, synced behind',
      against: `JetStream, ${IN_FLIGHT} at once`,
      ours: ofBlocks.in,
      theirs: ofBlocks.streamIn,
      unit: MB_PER_SECOND,
      needs: NATS
    },
    {
      title: 'replay of those lines: keeps a copy, proves all',
      against: STREAM,
      ours: ofLines.out,
      theirs: ofLines.streamOut,
      unit: MB_PER_SECOND,
      needs: NATS,
      atLeast: 2
    },
    {
      title: 'the same',
      against: CAT,
      ours: ofLines.out,
      theirs: ofLines.catOut,
      unit: MB_PER_SECOND,
      needs: SSH
    },
    {
      title: 'replay of 200 MB of lines, `--compress`: keeps a copy, proves all',
      against: CAT,
      ours: ofCompressed.out,
      theirs: ofCompressed.catOut,
      unit: MB_PER_SECOND,
      needs: SSH,
      atLeast: 1
    },
    {
      title: 'replay of messages of 256 KiB: keeps a copy, proves all',
      against: STREAM,
      ours: ofBlocks.out,
      theirs: ofBlocks.streamOut,
      unit: MB_PER_SECOND,
      needs: NATS
    },
    {
      title: 'the same',
      against: CAT,
      ours: ofBlocks.out,
      theirs: ofBlocks.catOut,
      unit: MB_PER_SECOND,
      needs: SSH
    }
  ]
}

import { SIGKILL } from '../../lab/signals.js'
import { file } from '../files.js'
import { LINE } from '../input.js'
import { catchUp } from '../measure/catch-up.js'
import { beam } from '../measure/pipe.js'
import { cat, COMMITTED, howTo, lines, ours, readyLog, type Pair } from '../pairs.js'
import {
  LINES_PER_SECOND,
  MB,
  MB_PER_SECOND,
  shared,
  type Group,
  type Measure,
  type Unit
} from '../row.js'

const SIZE = 60 * MB
const [BLOCKS, BLOCK] = [1000, 64 * 1024]
const BLOCKS_PER_SECOND: Unit = { name: 'blocks/s', size: BLOCK }

const ofPair =
  (pair: Pair, pipe: () => Promise<string> | string, size: number): Measure =>
  async (stage) => {
    const writer = pair.writer(stage, await pipe())
    await writer.says(COMMITTED)
    const rate = await catchUp(stage, writer, pair, size)
    await writer.stop(SIGKILL)
    return rate
  }
const oursOnLines = ofPair(ours, async () => cat(await file(SIZE)), SIZE)

const writerOfBlocks = shared(async (stage) => {
  return stage.writer('blocks', { storage: await readyLog(stage, BLOCKS, BLOCK) })
})
const onBlocks =
  (pair: Pair): Measure =>
  async (stage) =>
    catchUp(stage, await writerOfBlocks(stage), pair, BLOCKS * BLOCK)

export const longLinkGroup: Group = {
  link: { delay: 25 },
  rows: [
    {
      title: 'catch-up, a log of 64 KiB blocks, 50 ms round trip',
      against: "how-to's reader",
      ours: onBlocks(ours),
      theirs: onBlocks(howTo),
      unit: BLOCKS_PER_SECOND,
      atLeast: 20
    },
    {
      title: 'catch-up, 100-byte lines written one at a time, 50 ms round trip',
      against: "how-to's pair",
      ours: oursOnLines,
      theirs: ofPair(howTo, () => lines(20_000), 20_000 * LINE),
      unit: LINES_PER_SECOND,
      atLeast: 300
    },
    {
      title: 'catch-up, 60 MB of 100-byte lines, 50 ms round trip',
      against: "hyperbeam's bytes",
      ours: oursOnLines,
      theirs: async (stage) => (await beam(stage, await file(SIZE))).rate,
      unit: MB_PER_SECOND,
      atLeast: 0.6
    }
  ]
}

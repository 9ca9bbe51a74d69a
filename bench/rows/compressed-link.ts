import { spawnSync } from 'bare-subprocess'
import { SIGKILL } from '../../lab/signals.js'
import { file } from '../files.js'
import { catchUp } from '../measure/catch-up.js'
import { beam } from '../measure/pipe.js'
import { cat, COMMITTED } from '../pairs.js'
import { MB, MB_PER_SECOND, MEGABYTES, type Group, type Measure } from '../row.js'
import type { Stage } from '../../lab/stage.js'
import { compressed } from './compressed.js'

const SIZE = 60 * MB

const catchesUp: Measure = async (stage) => {
  const writer = compressed.writer(stage, cat(await file(SIZE)))
  await writer.says(COMMITTED)
  const rate = await catchUp(stage, writer, compressed, SIZE)
  await writer.stop(SIGKILL)
  return rate
}

const onWire: Measure = async (stage) => {
  const before = sent(stage)
  await catchesUp(stage, () => {})
  return (sent(stage) - before) / MB
}

// Bytes that host a has sent.
function sent(stage: Stage): number {
  const [command, ...args] = stage.link!.on('a')
  const { stdout } = spawnSync(command!, [...args, 'cat', '/proc/net/dev'])
  const lines = String(stdout).matchAll(/^ *(\S+):(.*)$/gm)
  return [...lines]
    .filter(([, name]) => name !== 'lo')
    .reduce((sum, [, , fields]) => sum + Number(fields!.trim().split(/ +/)[8]), 0)
}

export const compressedLinkGroup: Group = {
  link: { delay: 25 },
  rows: [
    {
      title: '`--compress`: catch-up, 60 MB of 100-byte lines, 50 ms round trip',
      against: "hyperbeam's bytes",
      ours: catchesUp,
      theirs: async (stage) => (await beam(stage, await file(SIZE))).rate,
      unit: MB_PER_SECOND,
      atLeast: 1.3
    },
    {
      title: '`--compress`: sent by the writer for 60 MB of lines',
      against: 'the input',
      ours: onWire,
      theirs: SIZE / MB,
      unit: MEGABYTES,
      atMost: 0.2
    }
  ]
}

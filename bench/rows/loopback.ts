import { file } from '../files.js'
import { catchUp } from '../measure/catch-up.js'
import { beam, pipe } from '../measure/pipe.js'
import { cat, COMMITTED, howTo, ours, rawDownload } from '../pairs.js'
import { MB, MB_PER_SECOND, shared, type Group, type Measure } from '../row.js'

const SIZE = 100 * MB

const source = shared(async (stage) => {
  const writer = ours.writer(stage, cat(await file(SIZE)))
  await writer.says(COMMITTED)
  return writer
})

const download: Measure = async (stage) => {
  const writer = await source(stage)
  const length = /all committed: length (\d+)/.exec(writer.stderr)![1]!
  return rawDownload(stage, await writer.key(), Number(length), SIZE)
}

const oursPipes: Measure = async (stage, detail) => {
  const { rate, cpu } = await pipe(stage, ours, await file(SIZE))
  for (const [end, threads] of Object.entries(cpu)) {
    for (const [thread, seconds] of threads) detail(`${end} | ${thread}`, seconds)
  }
  return rate
}

export const loopbackGroup: Group = {
  rows: [
    {
      title: 'catch-up, no delay, to `--raw` output',
      against: '`core.download` alone',
      ours: async (stage) => catchUp(stage, await source(stage), ours, SIZE),
      theirs: download,
      unit: MB_PER_SECOND,
      atLeast: 1
    },
    {
      title: "whole pipe, writer's stdin to reader's stdout, no delay",
      against: "how-to's pair",
      ours: oursPipes,
      theirs: async (stage) => (await pipe(stage, howTo, await file(SIZE))).rate,
      unit: MB_PER_SECOND,
      atLeast: 2.2
    },
    {
      title: "whole pipe, writer's stdin to reader's stdout, no delay",
      against: 'hyperbeam, which stores and proves nothing',
      ours: oursPipes,
      theirs: async (stage) => (await beam(stage, await file(SIZE))).rate,
      unit: MB_PER_SECOND,
      atLeast: 0.55
    }
  ],
  details: {
    title:
      'CPU seconds in the whole pipe of 100 MB, by thread (`system`: the kernel, within all of them):',
    columns: ['end', 'thread', 'seconds']
  }
}

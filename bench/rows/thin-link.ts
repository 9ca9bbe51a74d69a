import { file } from '../files.js'
import { catchUp } from '../measure/catch-up.js'
import { cat, COMMITTED, ours } from '../pairs.js'
import { MB, MBIT_PER_SECOND, type Group } from '../row.js'

const LONGEST = 60_000 // ms

export const thinLinkGroup: Group = {
  link: { delay: 300, rate: 1 },
  once: true,
  rows: [
    {
      title: 'catch-up of 1 MB, 1 Mbit/s, 600 ms round trip',
      against: 'the link',
      ours: async (stage) => {
        const writer = ours.writer(stage, cat(await file(MB)))
        await writer.says(COMMITTED)
        return catchUp(stage, writer, ours, MB, LONGEST)
      },
      theirs: 1,
      unit: MBIT_PER_SECOND,
      atLeast: 0.7
    }
  ]
}

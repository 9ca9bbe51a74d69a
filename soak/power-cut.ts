import { cutPower, LONE } from '../lab/powercut/cut-power.js'
import { buildPowercut, Disk } from '../lab/powercut/disk.js'
import type { Trial } from './trial.js'

const CUTS = 50 // of each kind

/** The power is cut at the writer's disk, 200 times in all. */
export async function powerCut({ stage, random, report }: Trial): Promise<void> {
  const library = buildPowercut(await stage.tmp())
  if (!library) return report('skipped, needs Linux and cc')
  for (const isFlood of [true, false]) {
    for (const isReaderUp of [true, false]) {
      const name = `${isFlood ? 'flood' : 'lone'}-${isReaderUp ? 'up' : 'away'}`
      const disk = new Disk(library, stage.path(`disk-${name}`))
      const { folder: storage, env } = disk
      let readers = 0
      const count = await cutPower({
        disk,
        random,
        cuts: CUTS,
        isFlood,
        isReaderUp,
        writer: (pipe) => stage.writer(name, { pipe, storage, env }),
        reader: (key, flags, ondata) => {
          const reader = flags.includes('--exit') ? `late-${++readers}` : 'reader'
          return stage.reader(`${reader}-of-${name}`, key, { flags, ondata })
        }
      })
      report(
        `${CUTS} cuts, ${isFlood ? 'during a flood' : `after ${LONE} lines`}, the reader ${isReaderUp ? 'stays' : 'comes later'}: ${count} lines in order, 0 lost, 0 doubled`
      )
    }
  }
}

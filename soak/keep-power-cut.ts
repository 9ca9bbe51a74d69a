import { cutKeeping, KEEP } from '../lab/powercut/cut-keeping.js'
import { buildPowercut, Disk } from '../lab/powercut/disk.js'
import type { Trial } from './trial.js'

const CUTS = 50

/** The power is cut at the disks of a writer and a reader with --keep. */
export async function keepPowerCut({ stage, random, report }: Trial): Promise<void> {
  const library = buildPowercut(await stage.tmp())
  if (!library) return report('skipped, needs Linux and cc')
  const [own, copy] = ['own', 'copy'].map((name) => new Disk(library, stage.path(name)))
  const { lines, gaps, gone } = await cutKeeping({
    disks: [own!, copy!],
    random,
    cuts: CUTS,
    writer: (pipe) => {
      const { folder: storage, env } = own!
      return stage.writer('writer', { pipe, storage, env, flags: KEEP })
    },
    reader: (key, flags, ondata) => {
      const { folder: storage, env } = copy!
      return stage.reader('reader', key, { storage, env, flags: [...flags, ...KEEP], ondata })
    },
    late: (key, flags) => stage.reader('late', key, { flags })
  })
  report(`${CUTS} cuts, ${lines} lines in order, ${gaps} gaps told, of ${gone} blocks; 0 lost`)
}

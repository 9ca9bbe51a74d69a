import os from 'bare-os'
import { Combined } from '../lab/combined.js'
import { Link } from '../lab/link.js'
import { Stage } from '../lab/stage.js'
import type { Trial } from './trial.js'

const MINUTES = Number(os.getEnv('MINUTES') ?? 30)
const DELAY = 5 // ms one way

/** Faults of all kinds at random, one after the other, at a writer and five readers. */
export async function combined({ random, report }: Trial): Promise<void> {
  const stage = await Stage.open(Link.available ? { delay: DELAY } : undefined)
  try {
    const trial = await Combined.make({ stage, random, length: MINUTES * 60_000, report })
    if (!trial) return report('skipped, needs Linux and cc')
    if (!stage.link) report('no network cuts and no full disks: they need root')
    await trial.play()
  } finally {
    await stage.close()
  }
}

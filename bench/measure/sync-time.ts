import fs from 'bare-fs'
import { median } from '../../lab/median.js'
import type { Stage } from '../../lab/stage.js'
import { now } from '../../lab/time.js'
import { line } from '../input.js'

const SYNCS = 50

/** The median milliseconds that the disk takes to sync a line which is appended to a file. */
export async function syncTime(stage: Stage): Promise<number> {
  const fd = await fs.open(stage.newPath(), 'w')
  const times: number[] = []
  for (let i = 0; i < SYNCS; i++) {
    fs.writeSync(fd, line(i))
    const start = now()
    await fs.fdatasync(fd)
    times.push(now() - start)
  }
  fs.closeSync(fd)
  return median(times)
}

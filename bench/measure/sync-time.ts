import fs from 'bare-fs'
import { median } from '../../lab/median.js'
import type { Stage } from '../../lab/stage.js'
import { now, sleep } from '../../lab/time.js'
import { line } from '../input.js'

const SYNCS = 50
const EVERY = 20 // ms: a disk that is kept busy is twice as quick, and lone lines don't keep it so

/** The median milliseconds that the disk takes to sync a lone line which is appended to a file. */
export async function syncTime(stage: Stage): Promise<number> {
  const fd = await fs.open(stage.newPath(), 'w')
  const times: number[] = []
  for (let i = 0; i < SYNCS; i++) {
    fs.writeSync(fd, line(i))
    const start = now()
    await fs.fdatasync(fd)
    times.push(now() - start)
    await sleep(EVERY)
  }
  fs.closeSync(fd)
  return median(times)
}

import path from 'bare-path'
import { Lines } from '../lab/lines.js'
import { SIGKILL } from '../lab/signals.js'
import { now, sleep } from '../lab/time.js'
import { measureFolder } from '../shared/storage/measure-folder.js'
import type { Trial } from './trial.js'

const MINUTES = 10
const QUIET = 8000 // ms between two kills
const KEEP = 10 // MB
const LIMIT = (1.5 * KEEP + 64) * 1e6
const FLAGS = ['--keep', `${KEEP}MB`]

/**
 * A writer and two readers bound their disks; one of the three is killed every few seconds. Each line of a reader's
 * output is the one after the last, or comes after a gap that was told.
 */
export async function keep({ stage, random, report }: Trial): Promise<void> {
  const folders = ['writer', 'reader-0', 'reader-1']
  const paths = folders.map((name) => path.join(stage.newPath(), name))
  let most = 0
  let lines = 0
  let gaps = 0
  let first = 1
  const startWriter = (): ReturnType<Trial['stage']['writer']> => {
    const pipe = `seq -f "%.0f" ${first} 1000000000000`
    first += 100_000_000
    return stage.writer('writer', { storage: paths[0]!, pipe, flags: FLAGS })
  }
  let writer = startWriter()
  const key = await writer.key()
  const startReader = (i: number, isNew = false): ReturnType<Trial['stage']['reader']> => {
    let last: number | null = null
    const output = new Lines((line) => {
      const { gone, data } = JSON.parse(line) as { gone?: unknown; data?: string }
      if (gone) {
        gaps++
        last = null
        return
      }
      const n = Number(data)
      // A run of the writer begins at a round number.
      const isNext = last === null || n === last + 1 || n % 100_000_000 === 1
      if (!isNext) throw new Error(`after line ${last} came ${line}`)
      last = n
      lines++
    })
    const flags = ['--json', ...(isNew ? ['--from', 'oldest'] : []), ...FLAGS]
    return stage.reader('reader', key, { storage: paths[i]!, flags, ondata: output.ondata })
  }
  const readers = [startReader(1, true), startReader(2, true)]
  const end = now() + MINUTES * 60_000
  let kills = 0
  while (now() < end) {
    const until = Math.min(end, now() + QUIET)
    while (now() < until) {
      await sleep(500)
      most = Math.max(most, ...paths.map((at) => measureFolder(at).disk))
      if (most > LIMIT) throw new Error(`a folder has ${most} bytes`)
    }
    const who = Math.floor(random.below(3))
    kills++
    if (who === 0) {
      await writer.stop(SIGKILL)
      writer = startWriter()
    } else {
      await readers[who - 1]!.stop(SIGKILL)
      readers[who - 1] = startReader(who)
    }
  }
  if (lines === 0) throw new Error('no line was read')
  const size = Math.round(most / 1e6)
  report(`${kills} kills, ${lines} lines, ${gaps} gaps told, ${size} MB a folder at most`)
}

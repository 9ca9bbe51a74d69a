import { FROM_START } from '../commands.js'
import { withTimeout } from '../../shared/log/timeout.js'
import type { Program } from '../program.js'
import type { Random } from '../random.js'
import { SIGKILL } from '../signals.js'
import { sleep } from '../time.js'
import type { Disk } from './disk.js'

const LONGEST_RUN = 500 // ms, before a cut
const LONGEST_WAIT = 30_000 // ms
const LINE = 'a line\n'

export interface Starts {
  random: Random
  cuts: number
  /** A new one for each start. */
  disk: () => Promise<Disk>
  writer: (disk: Disk) => Program
  reader: (disk: Disk, key: string, flags: string[]) => Program
}

/**
 * Cuts the power during first starts, of a writer and of a reader by turns. Throws when a key that was printed is
 * not the log's any more, when a reader misses a line, or when a start that was cut short cannot be carried on.
 */
export async function cutStarts({ random, cuts, disk, writer, reader }: Starts): Promise<void> {
  for (let i = 0; i < cuts; i++) {
    const place = await disk()
    // Of a reader, each has a log of its own: those that were killed stay announced, and are tried first.
    const source = i % 2 === 0 ? null : writer(await disk())
    source?.type(LINE)
    const key = (await source?.key()) ?? ''
    const start = (): Program => (source ? reader(place, key, FROM_START) : writer(place))
    const first = start()
    await sleep(random.below(LONGEST_RUN))
    await first.stop(SIGKILL)
    place.cut()
    const again = start()
    await withTimeout(LONGEST_WAIT, again.prints('\n'), 'it did not start').catch((err: Error) => {
      throw new Error(`${err.message}: ${again.stderr}`, { cause: err })
    })
    const isOther = source ? again.stdout !== LINE : !again.stdout.startsWith(first.stdout)
    if (isOther) throw new Error(`${first.stdout} became ${again.stdout}`)
    await again.stop(SIGKILL)
    await source?.stop(SIGKILL)
  }
}

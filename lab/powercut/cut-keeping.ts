import { withTimeout } from '../../shared/log/timeout.js'
import { Follower } from '../follower.js'
import { Lines } from '../lines.js'
import type { Program } from '../program.js'
import type { Random } from '../random.js'
import { SIGKILL } from '../signals.js'
import { sleep } from '../time.js'
import type { Disk } from './disk.js'

/** Of both apps. */
export const KEEP = ['--keep', '1MB']
const LINE = 1000 // bytes
const LEAST = 400 // lines that are kept, at least
const FIRST = 9000 // lines of the first run: enough that a position is on disk for good
const LONGEST_RUN = 300 // ms, before a cut
const LONGEST_WAIT = 60_000 // ms

export interface KeepingCuts {
  /** Of the writer and of the reader. */
  disks: [Disk, Disk]
  random: Random
  cuts: number
  /** On its disk, with KEEP; `input` is a command of a shell whose output it takes. */
  writer: (input: string) => Program
  /** On its disk, with KEEP; or a new one, elsewhere. */
  reader: (key: string, flags: string[], ondata: (chunk: Uint8Array) => void) => Program
  late: (key: string, flags: string[]) => Program
}

/**
 * Cuts the power of a writer, of its reader, or of both, again and again, while both clear what is old. Throws when
 * a line is neither printed nor in a gap that was told, or when less is there than is to be kept.
 */
export async function cutKeeping(trial: KeepingCuts): Promise<Follower> {
  const { disks, random, cuts } = trial
  const follower = new Follower('reader')
  const lines = new Lines((line) => follower.read(line))
  let key = ''
  for (let run = 1; run <= cuts; run++) {
    const writer = trial.writer(inputOf(run))
    const printed = await writer.key()
    if (key !== '' && key !== printed) throw new Error('another key')
    key = printed
    lines.reset()
    follower.restart()
    const flags = ['--json', ...(run === 1 ? ['--from', 'oldest'] : [])]
    const reader = trial.reader(key, flags, lines.ondata)
    const enough = follower.lines + (run === 1 ? FIRST : 1)
    const reads = lines.until(() => follower.lines > enough && follower.runOf('') === run)
    await Promise.race([
      withTimeout(LONGEST_WAIT, reads, 'the next line did not come'),
      ...[writer, reader].map(overTooSoon)
    ])
    await sleep(random.below(LONGEST_RUN))
    await Promise.all([writer.stop(SIGKILL), reader.stop(SIGKILL)])
    const which = Math.floor(random.below(3))
    for (const [i, disk] of disks.entries()) if (which !== i) disk.cut()
  }

  const last = trial.writer('echo')
  await last.says('all committed')
  const late = trial.late(key, ['--from', 'oldest', '--raw', '--exit'])
  late.stopped = true // it ends by itself
  const code = await late.ended
  const kept = late.stdout.split('\n').length
  if (code !== 0 || kept < LEAST) throw new Error(`${code}: ${kept} lines: ${late.stderr}`)
  await last.stop(SIGKILL)
  return follower
}

/** A command of a shell: so fast that all clear all the time, and no faster than a reader can follow. */
export function inputOf(run: number): string {
  const lines = `seq -f "${run} %.0f ${'x'.repeat(LINE)}" $n $((n + 99))`
  return `for ((n = 1; ; n += 100)); do ${lines} || exit; sleep 0.02; done`
}

async function overTooSoon(program: Program): Promise<never> {
  const code = await program.ended
  if (program.stopped) return new Promise(() => {})
  throw new Error(`ended with ${code}: ${program.stderr}`)
}

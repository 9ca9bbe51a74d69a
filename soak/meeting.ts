import { FROM_START } from '../lab/commands.js'
import { median } from '../lab/median.js'
import { SIGTERM } from '../lab/signals.js'
import { now, sleep } from '../lab/time.js'
import type { Trial } from './trial.js'

const PAIRS = 100
const APART = 1000 // ms, at most
const SOON = 2000 // ms
const LATE = 1 // of a hundred

/**
 * A writer and a reader that start within a second, either of them first, a hundred times: how long from
 * the second one's start to the reader's first line.
 */
export async function meeting({ stage, random, report }: Trial): Promise<void> {
  const times: number[] = []
  for (let i = 0; i < PAIRS; i++) {
    const first = stage.writer(`writer-${i}`)
    const key = await first.key()
    first.type('a line\n')
    first.endInput()
    await first.says('all committed')
    await first.stop(SIGTERM)

    const starts = [
      () => stage.writer(`writer-${i}`),
      () => stage.reader(`reader-${i}`, key, { flags: FROM_START })
    ]
    if (random.below(2) < 1) starts.reverse()
    const one = starts[0]!()
    await sleep(random.below(APART))
    const from = now()
    const pair = [one, starts[1]!()]
    await Promise.race(pair.map((program) => program.prints('a line\n')))
    times.push(now() - from)
    for (const program of pair) await program.stop(SIGTERM)
  }
  const late = times.filter((ms) => ms >= SOON).length
  const [middle, worst] = [median(times), Math.max(...times)].map((ms) => (ms / 1000).toFixed(2))
  report(
    `${PAIRS} pairs met after ${middle} s (median), ${worst} s (worst), ${late} after 2 s or more`
  )
  if (late > LATE) throw new Error('too slow')
}

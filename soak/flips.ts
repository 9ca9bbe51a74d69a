import { Damaged, type Outcome } from '../lab/damage/flips.js'
import { KINDS } from '../lab/damage/stopped-folder.js'
import type { Trial } from './trial.js'

const FLIPS = 200

/** Bits are flipped in the folders of a writer and a reader that are stopped. */
export async function flips({ stage, random, report }: Trial): Promise<void> {
  let runs = 0
  const damaged = await Damaged.make({
    random,
    tmp: () => stage.tmp(),
    writer: (storage) => unwatched(stage.writer(`writer-${++runs}`, { storage })),
    reader: (storage, key, flags) =>
      unwatched(stage.reader(`reader-${++runs}`, key, { storage, flags }))
  })
  const count: Record<string, number> = {}
  const failures: string[] = []
  let done = 0
  for (let i = 0; done < FLIPS; i++) {
    const kind = Object.keys(KINDS)[Math.floor(i / 3) % Object.keys(KINDS).length]!
    const role = ['writer', 'reader', 'lone writer'][i % 3]!
    let outcome: Outcome | 'FAILED' | null
    try {
      outcome = await (role === 'reader'
        ? damaged.reader(kind)
        : damaged.writer(kind, { isAlone: role === 'lone writer' }))
    } catch (err) {
      outcome = 'FAILED'
      failures.push((err as Error).message)
      report((err as Error).message)
    }
    if (outcome === null) continue
    done++
    count[`${role} ${outcome}`] = (count[`${role} ${outcome}`] ?? 0) + 1
  }
  report(`${done} flips: ${JSON.stringify(count)}`)
  if (failures.length > 0) throw new Error(`${failures.length} of ${done}`)
}

// It may end.
function unwatched<P extends { stopped: boolean }>(program: P): P {
  program.stopped = true
  return program
}

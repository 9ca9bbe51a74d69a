import type { BlockReader } from '../log/block-reader.js'
import type { Gap } from '../log/gap.js'
import { waitAtMost } from '../log/timeout.js'
import type { ReplicatedCore } from './replicated-core.js'

// ms
const CHECK = 200
const TRY_TIMEOUT = 10_000

/** Has `blocks` go on after those that nobody here keeps, once all who could be found have been asked. */
export function skipGaps(
  log: ReplicatedCore,
  blocks: BlockReader,
  ongap: (gap: Gap) => void
): void {
  let isAsking = false
  let hasAsked = false
  const check = (): void => {
    const { core } = log
    const { waitsFor } = blocks
    if (waitsFor === null || core.core.bitfield.get(waitsFor)) return
    const next = log.oldest.afterGap(waitsFor)
    if (next === null) return
    if (hasAsked) {
      const gap = blocks.skipTo(next)
      if (gap) ongap(gap)
    } else if (!isAsking) {
      isAsking = true
      void waitAtMost(TRY_TIMEOUT, log.triedAll()).then(() => {
        hasAsked = true
      })
    }
  }
  const timer = setInterval(check, CHECK)
  const stop = (): void => clearInterval(timer)
  blocks.on('close', stop)
  log.core.on('close', stop)
}

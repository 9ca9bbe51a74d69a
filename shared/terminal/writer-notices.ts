import type { ReplicatedCore } from '../peers/replicated-core.js'
import { lossNotice } from '../storage/failures.js'
import { keepNotice } from './keep-notices.js'
import { nowhereNotice } from './notices.js'

interface OwnLog {
  log: ReplicatedCore
  name: string
  isNew: boolean
  /** What others do to get it. */
  invitation: string
}

/** What a writer says of its log when it starts. */
export function ownLogNotices({ log, name, isNew, invitation }: OwnLog): string[] {
  const { core, keeper, durability, missing } = log
  const notices = [
    isNew ? `new log "${name}"` : `log "${name}" goes on at block ${core.length}`,
    invitation
  ]
  if (keeper) notices.push(keepNotice(keeper.size))
  if (!durability?.isSynced)
    notices.push('--no-sync: readers may have blocks that a power cut takes from this disk')
  if (missing > 0) notices.push(lossNotice(log))
  return notices
}

/** What a writer says of input that is shared as it comes, though it waits for readers to have all of it. */
export const SHARED_IN_PART =
  'shared as it comes in: a reader with --exit may take a part of it for all; --hand-over - shares it as a whole'

/** Gets back what this disk has lost, and says what has come of it. */
export async function recoverLost(
  log: ReplicatedCore,
  { say, flags }: { say: (text: string) => void; flags: { onlyCopy: boolean } }
): Promise<void> {
  log.on('recovered', () => say('all blocks are here again'))
  log.on('lost', (index: number) => say(nowhereNotice(index)))
  const lost = await log.recover()
  if (flags.onlyCopy && log.peers === 0) {
    say(
      'no reader is there to ask for newer blocks: if there were any, the log ends at the next ones'
    )
  }
  if (lost > 0) say(`the last ${lost} of ${log.core.length} blocks come from a reader`)
}

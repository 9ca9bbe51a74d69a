import type Hypercore from 'hypercore'
import { NobodyThere, type Failure } from '../log/errors.js'
import type { Contact } from '../log/start.js'
import { withTimeout } from '../log/timeout.js'
import type { Discovery } from './discovery.js'
import { knowsTheLog } from './findings.js'
import { once } from './once.js'

/** How long a reader with `--exit` waits for somebody who has the log, or the next block, in ms. */
export const PEER_TIMEOUT = 20_000

/** Resolves once a peer that knows the log has told its length. */
export async function waitForContact(core: Hypercore, discovery: Discovery): Promise<void> {
  let triedAll = false
  while (true) {
    if (core.peers.length > 0) await core.update({ wait: true })
    if (core.peers.some(knowsTheLog)) {
      // A peer that says the log is empty may be new here, too: one that knows better may be on its way.
      if (core.length > 0 || (triedAll && core.peers.every((peer) => peer.remoteLength === 0)))
        return
      if (!triedAll) {
        await discovery.triedAll()
        triedAll = true
        continue
      }
    }
    const heardAll = core.peers.every((peer) => peer.remoteSynced)
    if (heardAll) await once(core, 'peer-add', 'append')
  }
}

/** Waits `patience` milliseconds for a peer that knows the log; never rejects. */
export async function makeContact(
  log: { core: Hypercore; contact(): Promise<void> },
  patience: number
): Promise<Contact> {
  const what = 'nobody who has this log answered'
  const contact = withTimeout(patience, log.contact(), what, NobodyThere)
  const failure = await contact.then(
    () => null,
    (err: unknown) => err as Failure
  )
  return { length: log.core.length, failure }
}

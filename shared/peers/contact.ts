import type { Failure } from '../log/errors.js'
import type { Contact } from '../log/start.js'
import { withTimeout } from '../log/timeout.js'
import type { ReplicatedCore } from './replicated-core.js'

/** Asks those who have the log for its length, for `patience` milliseconds; never rejects. */
export async function makeContact(log: ReplicatedCore, patience: number): Promise<Contact> {
  const contact = withTimeout(patience, log.contact(), 'nobody who has this log answered')
  const failure = await contact.then(
    () => null,
    (err: unknown) => err as Failure
  )
  return { length: log.core.length, failure }
}

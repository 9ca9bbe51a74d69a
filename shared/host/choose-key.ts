import { UsageError } from '../log/errors.js'
import { parseKey } from '../log/key.js'

/** The key of the log to follow. */
export function chooseKey(given: string | undefined): Uint8Array {
  if (given === undefined) throw new UsageError('<key> is missing: it is what the writer prints')
  return parseKey(given)
}

import { reasonOf } from '../log/errno.js'
import { Failure } from '../log/errors.js'

/** Where an app's data goes. */
export interface Output {
  write(data: Buffer, cb: (err: Error | null) => void): void
}

/** What went wrong with standard output; a closed pipe stays what it is, the reader's wish to end. */
export function outputFailure(err: Error & { code?: string }): Error {
  if (err.code === 'EPIPE' || err instanceof Failure) return err
  return new Failure(`cannot write to standard output: ${reasonOf(err).text}`, err)
}

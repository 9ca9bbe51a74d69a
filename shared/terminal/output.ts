import process from 'bare-process'
import { reasonOf } from '../log/errno.js'
import { Failure } from '../log/errors.js'

/** Where an app's data goes. */
export interface Output {
  write(data: Buffer, cb: (err: Error | null) => void): void
}

/** Writes to standard output, and resolves when that is done. A reader that is gone, as `head`, is no error. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (err: (Error & { code?: string }) | null) => {
      if (err && err.code !== 'EPIPE') reject(outputFailure(err))
      else resolve()
    })
  })
}

/** What went wrong with standard output; a closed pipe stays what it is, the reader's wish to end. */
export function outputFailure(err: Error & { code?: string }): Error {
  if (err.code === 'EPIPE' || err instanceof Failure) return err
  return new Failure(`cannot write to standard output: ${reasonOf(err).text}`, err)
}

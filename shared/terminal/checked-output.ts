import type { Writable } from 'bare-stream'
import process from 'bare-process'
import { outputFailure, type Output } from './output.js'

/**
 * `output`, which writes to `stream`, with the error of a write that fails: what bare-stream 2.13 calls back
 * with is null then, and the error comes as an event.
 */
export function checked(stream: Writable, output: Output = stream): Output {
  let failure: Error = Object.assign(new Error('closed'), { code: 'EPIPE' })
  stream.on('error', (err) => {
    failure = err
  })
  return {
    write: (data, cb) =>
      output.write(data, (err) => {
        if (err || !stream.destroying) cb(err)
        else if (stream.destroyed) cb(failure)
        else stream.once('close', () => cb(failure))
      })
  }
}

/** Writes to standard output, and resolves when that is done. A reader that is gone, as `head`, is no error. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    checked(process.stdout).write(Buffer.from(text), (err: (Error & { code?: string }) | null) => {
      if (err && err.code !== 'EPIPE') reject(outputFailure(err))
      else resolve()
    })
  })
}

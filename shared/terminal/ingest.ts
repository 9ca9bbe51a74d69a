import type { Readable } from 'bare-stream'
import type { Writable } from 'streamx'
import { reasonOf } from '../log/errno.js'
import { Failure } from '../log/errors.js'

/**
 * Moves `input` into `blocks` as fast as `blocks` takes it. `done` resolves when all that was read is
 * committed: with true at the end of the input, with false after `stop`.
 */
export function ingest(
  input: Readable,
  blocks: Writable,
  what = 'standard input'
): { done: Promise<boolean>; stop(): void } {
  let ended = false
  let stopped = false

  const done = new Promise<boolean>((resolve, reject) => {
    let inputError: Error | null = null
    input.on('error', (err) => {
      inputError = new Failure(`cannot read ${what}: ${reasonOf(err).text}`, err)
      stop()
    })
    blocks.on('error', reject)
    blocks.on('finish', () => (inputError ? reject(inputError) : resolve(ended)))
  })

  input.on('data', (chunk) => {
    if (!blocks.write(chunk)) input.pause()
  })
  input.on('end', () => {
    if (stopped) return
    ended = stopped = true
    blocks.end(null)
  })
  blocks.on('drain', () => {
    if (!stopped) input.resume()
  })
  blocks.on('error', () => input.destroy())

  function stop(): void {
    if (stopped) return
    stopped = true
    input.pause()
    while (input.read() !== null); // what is buffered; `read` emits it as data, too
    input.destroy()
    blocks.end(null)
  }

  return { done, stop }
}

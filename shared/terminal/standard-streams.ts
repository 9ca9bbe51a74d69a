import { Writable } from 'bare-stream'
import fs from 'bare-fs'
import process from 'bare-process'
import { Failure } from '../log/errors.js'

/**
 * To be called before the streams of `process` are touched: a standard error that the shell closed (`2>&-`)
 * takes what is written to it and drops it, and a closed standard output is a Failure.
 */
export function prepareStreams(): void {
  if (isClosed(2)) {
    const nothing = new Writable({ write: (_, __, cb) => cb(null) })
    Object.defineProperty(process, 'stderr', { value: nothing })
    console.error = () => {}
  }
  if (isClosed(1)) throw new Failure('standard output is closed: send it to /dev/null instead')
}

/** Throws a Failure when the shell closed standard input (`<&-`). */
export function checkInput(): void {
  if (isClosed(0)) throw new Failure('standard input is closed: take it from /dev/null instead')
}

// Bare has taken its number for a descriptor of its own then, which a stream of that number would write to for
// ever, or close; Linux tells.
function isClosed(fd: number): boolean {
  if (!fs.existsSync('/proc/self/fd')) return false
  const file = `/proc/self/fd/${fd}`
  return !fs.existsSync(file) || fs.readlinkSync(file).startsWith('anon_inode:')
}

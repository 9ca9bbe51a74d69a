import { Writable } from 'bare-stream'
import fs from 'bare-fs'
import process from 'bare-process'
import { reasonOf } from '../log/errno.js'
import { Failure } from '../log/errors.js'

const UNREADABLE = ['EBADF', 'EISDIR']

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

/** Throws a Failure when standard input cannot be read: the shell closed it (`<&-`), or it is a folder, say. */
export function checkInput(): void {
  if (isClosed(0)) throw new Failure('standard input is closed: take it from /dev/null instead')
  try {
    fs.readSync(0, Buffer.alloc(1), 0, 0) // no byte: the system says whether it could
  } catch (err) {
    const reason = reasonOf(err)
    if (!UNREADABLE.includes(reason.code ?? '')) return
    throw new Failure(`cannot read standard input: ${reason.text}`, err)
  }
}

// Bare has taken its number for a descriptor of its own then, which a stream of that number would write to for
// ever, or close; Linux tells.
function isClosed(fd: number): boolean {
  if (!fs.existsSync('/proc/self/fd')) return false
  const file = `/proc/self/fd/${fd}`
  return !fs.existsSync(file) || fs.readlinkSync(file).startsWith('anon_inode:')
}

import { Failure } from '../log/errors.js'

// By the system's code, what failed and what to do.
const SYSTEM: Record<string, [what: string, remedy: string]> = {
  ENOSPC: ['the disk of the folder is full', 'make room'],
  EDQUOT: ['your share of the disk is used up', 'make room'],
  EROFS: ['cannot write to the folder, its disk is read-only', 'make it writable'],
  EACCES: ['not allowed to use the folder', 'make it readable and writable'],
  EPERM: ['not allowed to use the folder', 'make it readable and writable'],
  ENOTDIR: ['cannot make the folder, a file is in its way', 'move that file'],
  EMFILE: ['too many open files for the folder', 'raise the limit (ulimit -n)'],
  ENFILE: ['too many open files for the folder', 'close some programs'],
  ENAMETOOLONG: ['the name of the folder is too long', 'shorten it'],
  ENOENT: ['the folder is gone', 'bring it back']
}

/** What went wrong with the log's folder, for the person whose folder it is. */
export function storageFailure(err: unknown, dir: string): Failure {
  if (err instanceof Failure) return err
  return new Failure(explain(err as SystemError, dir), err)
}

interface SystemError extends Error {
  code?: string
}

function explain(err: SystemError, dir: string): string {
  // RocksDB's own error says that a batch failed, and its cause says why.
  const { code = '', message } = err.cause instanceof Error ? (err.cause as SystemError) : err
  const another = 'or choose another with --storage'
  if (/could not be locked/i.test(message)) {
    return `the log in ${dir} is in use by another pearlog: stop that one, or choose another folder with --storage`
  }
  if (code === 'DEVICE_FILE') {
    return `the log in ${dir} was copied or moved here from another place, and two copies of one log destroy each other: use it where it was made, or, if no other copy is ever written again, go on here with --only-copy`
  }
  if (/^corruption|checksum|crc mismatch/i.test(message)) {
    return `the log in ${dir} is damaged (${message}): restore the folder from a backup, ${another}`
  }
  const [what, remedy] = SYSTEM[code] ?? ['cannot read or write the folder', 'see to its disk']
  return `${what}: ${dir} (${code || message}): ${remedy}, ${another}`
}

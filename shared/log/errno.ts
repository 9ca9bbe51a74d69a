// What the C library says of them (strerror), which RocksDB passes on in place of the code.
const WORDS: Record<string, string> = {
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  EBADF: 'bad file descriptor',
  EBUSY: 'device or resource busy',
  ECONNRESET: 'connection reset by peer',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large',
  EINVAL: 'invalid argument',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'file name too long',
  ENFILE: 'too many open files in system',
  ENODEV: 'no such device',
  ENOENT: 'no such file or directory',
  ENOMEM: 'cannot allocate memory',
  ENOSPC: 'no space left on device',
  ENOTCONN: 'transport endpoint is not connected',
  ENOTDIR: 'not a directory',
  ENXIO: 'no such device or address',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  ESTALE: 'stale file handle',
  ETIMEDOUT: 'connection timed out'
}

// Where somebody has named a file that is none, rather than a disk being at fault.
const WRONG_NAME = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP']

/** The error is of a file that was named wrongly. */
export function isWrongName(err: unknown): boolean {
  return WRONG_NAME.includes((err as { code?: string }).code ?? '')
}

/** Why the system refused, as far as an error tells it. */
export interface Reason {
  /** `EACCES` and the like; null when the error is not of the system. */
  code: string | null
  /** `permission denied (EACCES)`, or the error's own message. */
  text: string
}

/** The system's reason in an error of ours or of a library's, whose `cause` may know it better. */
export function reasonOf(err: unknown): Reason {
  const { code = '', message = String(err), cause } = err as Partial<Error & { code: string }>
  const said = message.toLowerCase()
  const inWords = Object.keys(WORDS).find((known) => said.endsWith(WORDS[known]!))
  const found = inWords ?? (code in WORDS ? code : null)
  if (found && found !== 'EIO') return { code: found, text: `${WORDS[found]} (${found})` }
  if (cause instanceof Error) return reasonOf(cause)
  return found ? { code: found, text: `${WORDS[found]} (${found})` } : { code: null, text: message }
}

/**
 * Whether RocksDB says that its files are not what it has written. It gives that the code of an I/O error;
 * what the system says of one is in the message then.
 */
export function isDamage(err: unknown): boolean {
  const { code, message = '', cause } = err as Partial<Error & { code: string }>
  if (cause instanceof Error) return isDamage(cause)
  return code === 'EIO' && !/\b(input\/output|i\/o) error/i.test(message)
}

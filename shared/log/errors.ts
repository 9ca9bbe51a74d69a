import { reasonOf } from './errno.js'

/** The user asked for something that cannot be done; the message says what, in one sentence. */
export class UsageError extends Error {}

/** It failed while running; the message says what is wrong and what to do, in one sentence. */
export class Failure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}

/** What went wrong with the log's folder, for the person whose folder it is. */
export function storageFailure(err: unknown, dir: string): Failure {
  if (err instanceof Failure) return err
  const { code, message } = err as { code?: string; message: string }

  if (/could not be locked/i.test(message)) {
    return new Failure(
      `the log in ${dir} is in use by another pearlog: stop that one, or choose another folder with --storage`,
      err
    )
  }
  if (code === 'DEVICE_FILE') {
    return new Failure(
      `the log in ${dir} was copied or moved here from another place, and two copies of one log destroy each other: use it where it was made, or choose another folder with --storage`,
      err
    )
  }
  const reason = reasonOf(err)
  const advice = ADVICE[reason.code ?? ''] ?? 'make it writable, or choose another with --storage'
  return new Failure(`cannot write to the folder ${dir}: ${reason.text}; ${advice}`, err)
}

const ROOM = 'make room there, or choose another with --storage'

const ADVICE: Record<string, string> = {
  EDQUOT: ROOM,
  EFBIG: 'raise the limit that ulimit -f shows',
  EIO: 'look after the disk, or choose another with --storage',
  EMFILE: 'raise the limit with ulimit -n 1024',
  ENAMETOOLONG: 'choose a shorter one with --storage',
  ENFILE: 'end some programs, or raise the limit of the system',
  ENOMEM: 'make memory free',
  ENOSPC: ROOM
}

/** What went wrong with standard output; a closed pipe stays what it is, the reader's wish to end. */
export function outputFailure(err: Error & { code?: string }): Error {
  if (err.code === 'EPIPE' || err instanceof Failure) return err
  return new Failure(`cannot write to standard output: ${reasonOf(err).text}`, err)
}

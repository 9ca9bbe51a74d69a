import { reasonOf, type Reason } from '../log/errno.js'
import { Failure, UsageError } from '../log/errors.js'
import { damagedLog, isDamaged, isDamagedTie } from './damage.js'

const ELSEWHERE = 'or choose another with --storage'
const ROOM = `make room there, ${ELSEWHERE}`

// By the system's code, what to do.
const ADVICE: Record<string, string> = {
  EDQUOT: ROOM,
  EFBIG: 'raise the limit that ulimit -f shows',
  EIO: `look after the disk, ${ELSEWHERE}`,
  EMFILE: 'raise the limit with ulimit -n 1024',
  ENAMETOOLONG: 'choose a shorter one with --storage',
  ENFILE: 'end some programs, or raise the limit of the system',
  ENOMEM: 'make memory free',
  ENOSPC: ROOM
}
// What RocksDB and bare-fs say of reading.
const READING = /\breading\b|random read|, (read|stat|scandir|opendir)\b/i

/** Another process has the log's folder. */
export class InUse extends Failure {}

/** What went wrong with the log's folder, for the person whose folder it is. */
export function storageFailure(err: unknown, dir: string): Failure {
  if (err instanceof Failure || err instanceof UsageError) return err
  const { message } = err as Error
  if (/could not be locked/i.test(message)) {
    return new InUse(
      `the log in ${dir} is in use by another pearlog: stop that one, or choose another folder with --storage`,
      err
    )
  }
  return new Failure(explain(err as Error, dir), err)
}

function explain(err: Error & { code?: string }, dir: string): string {
  const reason = reasonOf(err)
  if (err.code === 'DEVICE_FILE') {
    const what = isDamagedTie(dir)
      ? `the file CORESTORE in ${dir} is damaged, or the log`
      : `the log in ${dir}`
    return `${what} was copied or moved here from another place, and two copies of one log destroy each other: use it where it was made, or, if no other copy is ever written again, go on here with --only-copy`
  }
  // RocksDB's EIO says little, where it does not pass on the system's words.
  const isOther = reason.code !== null && !['EIO', 'ENOENT'].includes(reason.code)
  if (!isOther && isDamaged(err, dir)) return damagedLog(err, dir)
  return `${whatFailed(reason, err)} the folder ${dir}: ${reason.text}; ${adviceFor(reason, err)}`
}

function whatFailed({ code }: Reason, err: Error): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'no room in'
  return isReading(err) ? 'cannot read' : 'cannot write to'
}

function adviceFor({ code }: Reason, err: Error): string {
  const access = isReading(err) ? 'make it readable' : 'make it writable'
  return ADVICE[code ?? ''] ?? `${access}, ${ELSEWHERE}`
}

function isReading({ message, cause }: Error): boolean {
  return READING.test(message) || (cause instanceof Error && READING.test(cause.message))
}

/** What went wrong when the log was to be brought to the disk for good; it is final. */
export function syncFailure(err: unknown, dir: string): Failure {
  const { code, message } = err as { code?: string; message: string }
  if (code === 'ENOENT') return storageFailure(err, dir) // somebody has removed the folder
  return new Failure(
    `cannot sync the log in ${dir} to its disk (${code ?? message}), and nothing more is appended: check the disk, then start again`,
    err
  )
}

/** What a log says that has lost blocks of its end. */
export function lossNotice(log: {
  dir: string
  core: { length: number }
  missing: number
}): string {
  const { dir, core, missing } = log
  return `the disk has lost the last ${missing} of ${core.length + missing} blocks of the log in ${dir}: nothing is appended before a reader has given them back; if nobody has them, start a new log with --log NAME`
}

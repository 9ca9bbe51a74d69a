import fs from 'bare-fs'
import path from 'bare-path'
import { reasonOf } from '../log/errno.js'
import { Failure, UsageError } from '../log/errors.js'

const ADVICE = 'move it away to go on in a new one'

/** Throws a UsageError when `file` can be no file that a log goes into. */
export function checkOutputFile(file: string): void {
  const isFolder = /[/\\]$/.test(file)
  if (!isFolder && !fs.existsSync(file)) {
    const folder = path.dirname(path.resolve(file))
    if (fs.existsSync(folder)) return
    throw new UsageError(`there is no folder ${folder} for --output: make it, or choose another`)
  }
  if (isFolder || fs.statSync(file).isDirectory()) {
    throw new UsageError(`${file} is a folder: --output takes a file`)
  }
  if (fs.statSync(file).isFile()) return
  throw new UsageError(
    `${file} is a device or a pipe: --output takes a file, and > file sends standard output elsewhere`
  )
}

/** Throws a UsageError when `folder` can be no folder that each log has its file in. */
export function checkOutputFolder(folder: string): void {
  if (!fs.existsSync(folder)) {
    throw new UsageError(`there is no folder ${folder} for --output: make it, or choose another`)
  }
  if (fs.statSync(folder).isDirectory()) return
  throw new UsageError(`${folder} is no folder: with several logs, --output takes a folder`)
}

export function notOurs(file: string): UsageError {
  return new UsageError(
    `${file} is not empty, and this reader has not written it: choose another file, or move this one away`
  )
}

export function otherFormat(file: string, format: string): UsageError {
  return new UsageError(`${file} was begun with --${format}: go on with that, or in another file`)
}

export function inUse(file: string): Failure {
  return new Failure(`another reader is writing to ${file}: choose another file`)
}

/** `length` bytes were written to it, and `size` are there. */
export function damaged(file: string, length: number, size: number): Failure {
  const what =
    size < length
      ? `is shorter than it was (${size} bytes of ${length})`
      : 'has bytes that this reader has not written'
  return new Failure(`${file} ${what}: put it back as it was, or ${ADVICE}`)
}

export function changed(file: string): Failure {
  return new Failure(`another program has changed ${file}: ${ADVICE}`)
}

/** What went wrong with the file that a log goes into. */
export function outputFileFailure(err: unknown, file: string): Error {
  if (err instanceof Failure || err instanceof UsageError) return err
  const { code, text } = reasonOf(err)
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const what = isFull ? `no room for ${file}` : `cannot write to ${file}`
  const advice = isFull ? 'make room there' : 'mend that, or choose another with --output'
  return new Failure(`${what}: ${text}; ${advice}`, err)
}

/** What is said when somebody has emptied it. */
export function emptiedNotice(file: string): string {
  return `${file} was emptied, and goes on from its start: lines may be lost when it is copied first; have it renamed instead`
}

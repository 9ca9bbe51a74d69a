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
  return new Failure(
    `cannot use the folder ${dir} (${code ?? message}): choose another with --storage, or make this one writable`,
    err
  )
}

/** The user asked for something that cannot be done; the message says what, in one sentence. */
export class UsageError extends Error {}

/** It failed while running; the message says what is wrong and what to do, in one sentence. */
export class Failure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}

/** It did not come in time. */
export class Timeout extends Failure {}

/** Nobody who has the log was there in time. Nothing is lost: another run carries on. */
export class NobodyThere extends Timeout {}

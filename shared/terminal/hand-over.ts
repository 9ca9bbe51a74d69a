import type { Readable } from 'bare-stream'
import { Continuation, Difference } from '../log/continuation.js'
import { Failure } from '../log/errors.js'
import type { Goal } from '../peers/holders.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { storageFailure } from '../storage/failures.js'
import { isLog } from '../storage/folder.js'
import { handOverName, readHandedOver, writeHandedOver } from '../storage/handed-over.js'
import { writerFolder } from '../storage/layout.js'
import { sourceOf, type Source } from './hand-over-source.js'
import type { Progress } from './measures.js'
import { readersOf } from './notices.js'
import { shellWord } from './quote.js'
import type { Screen } from './screen.js'

interface Host {
  flags: { handOver: string | null; log: string | null }
  storage: string
  screen: Screen
  commandOf: (app: 'reader', ...args: string[]) => string
}

/**
 * A file on its way through a log of its own, which is shared when all of it is in. A run that was
 * interrupted is carried on by the next one: what is in the log is compared then.
 */
export class HandOver {
  /** The name of the log. */
  readonly name: string
  readonly dir: string
  readonly input: Readable
  /** For a sentence. */
  readonly what: string
  /** An earlier run has shared it. */
  readonly isShared: boolean
  readonly #host: Host
  readonly #source: Source
  #continuation: Continuation | null = null
  #isSealed = false

  /** Throws a UsageError or a Failure when the file cannot be read; nothing is made then. */
  constructor(host: Host) {
    const { flags, storage, screen } = host
    this.#host = host
    const source = sourceOf(flags.handOver!, screen)
    this.#source = source
    this.what = source.what
    this.input = source.input
    this.name = flags.log ?? handOverName(storage, source.base, source.stamp)
    this.dir = writerFolder(storage, this.name)
    this.isShared = isLog(this.dir) && readHandedOver(this.dir).isWhole
  }

  /** What is said for those who are to get it. */
  invitation(key: string): string {
    const get = this.#host.commandOf('reader', key, '--from', '0', '--raw', '--exit')
    return `to get it: ${get} > ${shellWord(this.#source.target)}`
  }

  /** Compares what comes with what is there: see `Continuation.take`. */
  takeFor({ core }: ReplicatedCore): Continuation['take'] {
    const continuation = new Continuation(core, { isWhole: this.isShared })
    this.#continuation = continuation
    return (chunks) => continuation.take(chunks)
  }

  /** To be called when all of it is in the log and on disk, before it is shared. */
  async seal(): Promise<void> {
    const { isShort, sum } = this.#continuation!
    if (isShort) throw this.explain(new Difference(`it ends after byte ${sum.bytes}`))
    try {
      if (!this.isShared) await writeHandedOver(this.dir)
    } catch (err) {
      throw storageFailure(err, this.dir)
    }
    this.#isSealed = true
  }

  /** What is said when those hold it; on disk then. */
  async finish(goal: Goal): Promise<string> {
    try {
      await writeHandedOver(this.dir, this.#source.stamp ?? 'a-pipe')
    } catch (err) {
      throw storageFailure(err, this.dir)
    }
    return `handed over to ${readersOf(goal)}: ${this.#continuation!.sum.text}`
  }

  /** An error of writing to the log, for the person whose file it is. */
  explain(err: unknown): Failure {
    if (!(err instanceof Difference)) return storageFailure(err, this.dir)
    const { what, name, dir } = this
    return new Failure(
      `${what} is not what the log "${name}" has of it: ${err.message}; give it another log with --log, or remove the folder ${dir} to begin anew`
    )
  }

  /** Of the way into the log, then of the way to `goal`; null before both. */
  progress(log: ReplicatedCore, goal: Goal): Progress | null {
    if (!this.#continuation) return null
    const { length, byteLength } = log.core
    if (this.#isSealed) {
      const held = Math.min(log.holders.held(goal), length)
      return { block: held, to: length, bytes: length > 0 ? (held / length) * byteLength : 0 }
    }
    const { bytes } = this.#continuation.sum
    const { size } = this.#source
    if (size === null || bytes >= size) return { block: length, bytes }
    return { block: bytes, to: size, bytes }
  }
}

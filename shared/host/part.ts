import process from 'bare-process'
import safetyCatch from 'safety-catch'
import { waitAtMost } from '../log/timeout.js'
import type { Screen } from '../terminal/screen.js'
import type { Flags } from './flags.js'
import type { App } from './run.js'

const OPENING = 1000 // ms that what is being opened may take, before it can be closed

/** What a part has instead of what the app has. */
export type Own = Pick<App<Flags>, 'say' | 'onstop' | 'onhangup' | 'fail'>
export type PartHost = Pick<App<Flags>, 'say' | 'fail'> & { screen: Screen }

/** One of several runs in an app: it has its own end and its own errors. */
export class Part {
  readonly name: string
  /** Resolves when it has ended, by itself or by `stop`. */
  readonly ended: Promise<void>
  isOver = false
  /** What ended it; null when it was done, or was stopped. */
  error: Error | null = null
  readonly #app: PartHost
  readonly #stops: ((failure: string | null) => Promise<void>)[] = []
  readonly #hangups: (() => void)[] = []
  readonly #late: Promise<unknown>[] = []
  #isClosing = false
  #end!: (err: Error | null) => void

  /** Runs `main` with what it has of its own: its notices begin with `name`. */
  constructor(app: PartHost, name: string, main: (own: Own) => Promise<void>) {
    this.#app = app
    this.name = name
    const stopped = new Promise<Error | null>((resolve) => (this.#end = resolve))
    const own: Own = {
      say: (text) => app.say(`${name}: ${text}`),
      onstop: (fn) => {
        if (this.#isClosing)
          this.#late.push(fn(null).catch(safetyCatch)) // opened meanwhile
        else this.#stops.push(fn)
      },
      onhangup: (fn) => void this.#hangups.push(fn),
      fail: (err) => this.#end(err as Error)
    }
    const done = main(own).then(
      () => null,
      (err: unknown) => err as Error
    )
    this.ended = Promise.race([done, stopped]).then((error) => this.#close(error, done))
  }

  /** Ends it, and no other one. */
  async stop(): Promise<void> {
    this.#end(null)
    await this.ended
  }

  /** As SIGHUP has it. */
  hangUp(): void {
    for (const fn of this.#hangups) fn()
  }

  async #close(error: (Error & { code?: string }) | null, done: Promise<unknown>): Promise<void> {
    this.error = error
    this.#isClosing = true
    if (error?.code === 'EPIPE')
      this.#app.fail(error) // whoever reads the output has seen enough of all
    else if (error) this.#tell(error)
    for (const stop of this.#stops.toReversed())
      await stop(error?.message ?? null).catch(safetyCatch)
    await waitAtMost(OPENING, done)
    await Promise.all(this.#late)
    this.isOver = true
  }

  #tell({ message, stack }: Error): void {
    const { screen } = this.#app
    screen.print(`[reader] error: ${this.name}: ${message.replaceAll('\n', ' ')}`)
    if (process.env.DEBUG) screen.print(String(stack))
  }
}

import b4a from 'b4a'
import { Failure, NobodyThere } from '../log/errors.js'
import type { NamedKey } from '../storage/remembered.js'
import { Part, type Own, type PartHost } from './part.js'

/** Starts what is done for one log. */
type Main = (log: NamedKey, own: Own) => Promise<void>

/** Runs for several logs, which come and go. */
export class Parts {
  /** Resolves when none of them runs any more. */
  readonly ended: Promise<void>
  readonly #app: PartHost
  readonly #main: Main
  readonly #running = new Map<string, { key: Uint8Array; part: Part }>()
  #resolve!: () => void
  #changing = false
  #next: NamedKey[] | null = null // asked for while it was changing

  constructor(app: PartHost, main: Main) {
    this.#app = app
    this.#main = main
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
  }

  /** Has it run for these logs, and for no other; those that failed are tried again. */
  async set(logs: NamedKey[]): Promise<void> {
    this.#next = logs
    if (this.#changing) return
    this.#changing = true
    while (this.#next) {
      const wanted: NamedKey[] = this.#next
      this.#next = null
      await this.#change(wanted)
    }
    this.#changing = false
    this.#endMaybe()
  }

  async #change(logs: NamedKey[]): Promise<void> {
    const isWanted = (name: string, key: Uint8Array): boolean =>
      logs.some((log) => log.name === name && b4a.equals(log.key, key))
    const gone = [...this.#running].filter(([name, { key }]) => !isWanted(name, key))
    await Promise.all(gone.map(([, { part }]) => part.stop()))
    for (const [name] of gone) {
      this.#running.delete(name)
      this.#app.say(`${name}: not followed any more`)
    }
    for (const log of logs) this.#start(log)
  }

  /** As SIGHUP has it. */
  hangUp(): void {
    for (const { part } of this.#running.values()) part.hangUp()
  }

  /** Stops all of them. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ part }) => part.stop()))
  }

  /** Throws when not all of them were done: a NobodyThere when nothing else went wrong. */
  tell(): void {
    const parts = [...this.#running.values()].map(({ part }) => part)
    const failed = parts.filter(({ error }) => error !== null)
    if (failed.length === 0) return
    const isNobody = failed.every(({ error }) => error instanceof NobodyThere)
    const names = failed.map(({ name }) => name).join(', ')
    if (isNobody) throw new NobodyThere(`nobody was there who has these logs: ${names}`)
    throw new Failure(`${failed.length} of ${parts.length} logs failed: ${names}`)
  }

  #start(log: NamedKey): void {
    const { name, key } = log
    const known = this.#running.get(name)?.part
    if (known && !(known.isOver && known.error)) return
    const part = new Part(this.#app, name, (own) => this.#main(log, own))
    this.#running.set(name, { key, part })
    void part.ended.then(() => this.#endMaybe())
  }

  #endMaybe(): void {
    const parts = [...this.#running.values()]
    if (!this.#changing && parts.every(({ part }) => part.isOver)) this.#resolve()
  }
}

import type { Timeout } from 'bare-timers'

const EVERY = 1000 // ms

/** What can be written, and brought to the disk. */
export interface Paced {
  write(): Promise<void>
  sync(): Promise<void>
}

/** Writes small files off the way of what they tell: each at most once a second, and with one sync for all. */
export class Pace {
  readonly #due = new Set<Paced>()
  readonly #unsynced = new Set<Paced>() // the one that waits longest comes first
  #timer: Timeout | null = null
  #isBusy = false

  /** Has `file` written soon. */
  ask(file: Paced): void {
    this.#due.add(file)
    if (!this.#isBusy && !this.#timer) void this.#run()
  }

  /** Has it written no more. */
  leave(file: Paced): void {
    this.#due.delete(file)
    this.#unsynced.delete(file)
  }

  async #run(): Promise<void> {
    this.#isBusy = true
    const files = [...this.#due]
    this.#due.clear()
    for (const file of files) {
      this.#unsynced.add(file)
      await file.write()
    }
    const [first] = this.#unsynced
    if (first) {
      this.#unsynced.delete(first)
      await first.sync()
    }
    this.#isBusy = false
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#due.size > 0 || this.#unsynced.size > 0) void this.#run()
    }, EVERY)
  }
}

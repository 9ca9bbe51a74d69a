/** Does one thing at a time, in the order in which they are asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #isOver = false

  /** Resolves to what `fn` gives; never after `end`. */
  run<T>(fn: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => (this.#isOver ? new Promise<never>(() => {}) : fn()))
    this.#last = done.catch(() => {})
    return done
  }

  /** Resolves when the last one is done; no other one is from then on. */
  async end(): Promise<void> {
    await this.#last
    this.#isOver = true
  }
}

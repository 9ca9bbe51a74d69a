import b4a from 'b4a'

/** Splits what a program prints into lines. */
export class Lines {
  readonly #online: (line: string) => void
  #rest = ''
  #waiting: (() => void)[] = []

  constructor(online: (line: string) => void) {
    this.#online = online
  }

  readonly ondata = (chunk: Uint8Array): void => {
    const lines = (this.#rest + b4a.toString(chunk)).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#online(line)
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** What was cut off when the program was killed is not a line. */
  reset(): void {
    this.#rest = ''
  }

  /** Resolves when `condition` holds, which is looked at whenever there is more. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}

import process from 'bare-process'
import { spawn, type Subprocess } from 'bare-subprocess'

const SIGINT = 2

/** One of the apps as a process of its own. */
export class Actor {
  readonly #process: Subprocess
  readonly #ended: Promise<void>
  readonly #lines: string[] = []
  #waiting: (() => void)[] = []
  #over = false

  /** `onprint` gets each line of its standard output and standard error. */
  constructor(args: string[], onprint: (line: string) => void) {
    this.#process = spawn(process.execPath, args)
    this.#ended = new Promise((resolve) => {
      this.#process.on('exit', () => {
        this.#over = true
        this.#wake()
        resolve()
      })
    })
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      let partial = ''
      stream.on('data', (data) => {
        const lines = (partial + String(data)).split('\n')
        partial = lines.pop()!
        for (const line of lines) onprint(line)
        this.#lines.push(...lines)
        this.#wake()
      })
    }
  }

  /** Resolves with the match when a line of it matches. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      for (const line of this.#lines) {
        const match = pattern.exec(line)
        if (match) return match
      }
      if (this.#over) throw new Error('an app ended too early')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  type(text: string): void {
    this.#process.stdin!.write(text)
  }

  /** As Ctrl-C does; resolves when it has ended. */
  stop(): Promise<void> {
    if (!this.#over) this.#process.kill(SIGINT)
    return this.#ended
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

import process from 'bare-process'
import { spawn, type Subprocess } from 'bare-subprocess'
import b4a from 'b4a'
import { SIGKILL } from './signals.js'

interface Options {
  env?: Record<string, string>
  /** Gets standard output as it comes, instead of it being kept. */
  ondata?: (chunk: Uint8Array) => void
}

// None outlives this process, also when a test that timed out ends it by an unhandled rejection.
const running = new Set<Subprocess>()
Bare.on('exit', () => {
  for (const child of running) child.kill(SIGKILL)
})
Bare.on('unhandledRejection', (err) => {
  console.error(err)
  Bare.exit(1)
})

/** Ends this process, and so all that it has started, when it is told to; by itself it would leave them. */
export function endOnSignals(): void {
  process.on('SIGINT', () => Bare.exit(130))
  process.on('SIGTERM', () => Bare.exit(143))
}

/** A program as a process of its own, which does not outlive this one. */
export class Program {
  readonly process: Subprocess
  /** The exit code, or the number of the signal that ended it; after its streams have closed. */
  readonly ended: Promise<number>
  readonly #output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  #waiting: (() => void)[] = []
  /** It has ended. */
  isOver = false

  /** The size of standard output so far. */
  byteLength = 0
  /** It was told to end. */
  stopped = false

  constructor([command, ...args]: string[], { env = {}, ondata }: Options = {}) {
    this.process = spawn(command!, args, { env: { ...process.env, ...env } })
    const exit = new Promise<number>((resolve) => {
      this.process.on('exit', (code, signal) => resolve(Number(signal) || code))
    })
    const closed = (['stdout', 'stderr'] as const).map((name) => {
      const stream = this.process[name]!
      stream.on('data', (data) => {
        const chunk = data as Uint8Array
        if (name === 'stdout') this.byteLength += chunk.byteLength
        if (name === 'stdout' && ondata) ondata(chunk)
        else this.#output[name].push(chunk)
        this.#wake()
      })
      return new Promise<void>((resolve) => stream.on('close', () => resolve()))
    })
    this.process.stdin!.on('error', () => {}) // it may end before it has read all

    running.add(this.process)
    this.ended = Promise.all([exit, ...closed]).then(([result]) => {
      running.delete(this.process)
      this.isOver = true
      this.#wake()
      return result
    })
  }

  /** All of standard output so far. */
  get bytes(): Uint8Array {
    return b4a.concat(this.#output.stdout)
  }

  get stdout(): string {
    return b4a.toString(this.bytes)
  }

  get stderr(): string {
    return b4a.toString(b4a.concat(this.#output.stderr))
  }

  /** The writer's key, as soon as it is printed. */
  async key(): Promise<string> {
    await this.prints('\n')
    return /^hypercore key: ((?:[0-9a-f]{64}){1,2})\n/.exec(this.stdout)![1]!
  }

  /** Resolves when standard output holds `text`. */
  prints(text: string): Promise<void> {
    return this.until(() => this.stdout.includes(text), `print ${JSON.stringify(text)}`)
  }

  /** Resolves when standard error holds `text`. */
  says(text: string): Promise<void> {
    return this.until(() => this.stderr.includes(text), `say ${JSON.stringify(text)}`)
  }

  /** Resolves when `condition` holds, which is looked at whenever the process prints. */
  async until(condition: () => boolean, what: string): Promise<void> {
    while (!condition()) {
      if (this.isOver) throw new Error(`ended and did not ${what}: ${this.stdout}${this.stderr}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  type(text: string): void {
    this.process.stdin!.write(text)
  }

  /** Ends its standard input. */
  endInput(): void {
    this.process.stdin!.end()
  }

  /** Ends it with a signal by number (2: Ctrl-C, 9: kill, 15: the polite one), and waits for that. */
  stop(signal: number): Promise<number> {
    this.stopped = true
    if (!this.isOver) this.#kill(signal)
    return this.ended
  }

  // It may have ended, and not have said so yet.
  #kill(signal: number): void {
    try {
      this.process.kill(signal)
    } catch (err) {
      if ((err as { code?: string }).code !== 'ESRCH') throw err
    }
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

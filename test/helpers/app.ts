import path from 'bare-path'
import process from 'bare-process'
import { spawn, type Subprocess } from 'bare-subprocess'
import b4a from 'b4a'
import type { Test } from 'brittle'

export interface Node {
  host: string
  port: number
}

interface Options {
  storage: string
  bootstrap: Node[]
  flags?: string[]
}

/** The file of a compiled module, by its path below the project. */
export function compiled(file: string): string {
  return path.join(import.meta.dirname, '..', '..', `${file}.js`)
}

export function writer(t: Test, options: Options): App {
  return start(t, 'writer-app', [], options)
}

export function reader(t: Test, key: string, options: Options): App {
  return start(t, 'reader-app', [key], options)
}

function start(t: Test, name: string, args: string[], options: Options): App {
  const nodes = options.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')
  return new App(t, [
    compiled(`${name}/index`),
    ...args,
    '--storage',
    options.storage,
    '--dht-bootstrap',
    nodes,
    ...(options.flags ?? [])
  ])
}

/** A compiled program as a process of its own, on the Bare that runs the test; killed with the test. */
export class App {
  readonly process: Subprocess
  /** The exit code, or the number of the signal that ended it; after its streams have closed. */
  readonly ended: Promise<number>
  readonly #output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  #waiting: (() => void)[] = []
  #over = false

  constructor(t: Test, args: string[], env: Record<string, string> = {}) {
    this.process = spawn(process.execPath, args, { env: { ...process.env, ...env } })
    const exit = new Promise<number>((resolve) => {
      this.process.on('exit', (code, signal) => resolve(Number(signal) || code))
    })
    const closed = (['stdout', 'stderr'] as const).map((name) => {
      const stream = this.process[name]!
      stream.on('data', (chunk) => {
        this.#output[name].push(chunk as Uint8Array)
        if (name === 'stdout') this.byteLength += (chunk as Uint8Array).byteLength
        this.#wake()
      })
      return new Promise<void>((resolve) => stream.on('close', () => resolve()))
    })
    this.process.stdin!.on('error', () => {}) // it may end before it has read all
    this.ended = Promise.all([exit, ...closed]).then(([result]) => {
      this.#over = true
      this.#wake()
      return result
    })
    const kill = () => {
      if (!this.#over) this.process.kill(9)
    }
    Bare.on('exit', kill) // a test that times out ends the run without its teardown
    t.teardown(async () => {
      kill()
      await this.ended
      Bare.off('exit', kill)
    })
  }

  /** The size of standard output so far. */
  byteLength = 0

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
    return /^hypercore key: ([0-9a-f]{64})\n/.exec(this.stdout)![1]!
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
      if (this.#over) throw new Error(`ended and did not ${what}: ${this.stdout}${this.stderr}`)
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

  /** Sends a signal by number (2: Ctrl-C, 9: kill, 15: the polite one), and waits for the end. */
  stop(signal: number): Promise<number> {
    this.process.kill(signal)
    return this.ended
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

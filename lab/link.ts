import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { runScript } from './run-script.js'

const SCRIPT = path.join(import.meta.dirname, '..', '..', 'lab', 'wanlink', 'lab.sh')

export interface LinkOptions {
  /** Milliseconds one way. */
  delay: number
  /** Up to so many milliseconds more, which reorders. */
  jitter?: number
  /** Megabits a second. */
  rate?: number
  /** Percent of the packets. */
  loss?: number
}

export type Host = 'a' | 'b'

/** Two hosts with a wide-area link between them, which are network namespaces of this machine. */
export class Link {
  static #count = 0
  readonly #name = `pearlog-${os.pid()}-${++Link.#count}`
  /** Of host a. */
  readonly address = '10.77.0.1'

  constructor(options: LinkOptions) {
    lab('up', this.#name, ...Object.entries(options).flatMap(([name, n]) => [`--${name}`, `${n}`]))
  }

  /** Whether this machine can have one: it takes root, and Linux with iproute2. */
  static get available(): boolean {
    return os.userInfo().uid === 0 && spawnSync('ip', ['netns', 'list']).status === 0
  }

  /** A command to run others by, on one of the hosts. */
  on(host: Host): string[] {
    return ['ip', 'netns', 'exec', `${this.#name}-${host}`]
  }

  cut(): void {
    lab('cut', this.#name)
  }

  mend(): void {
    lab('mend', this.#name)
  }

  /** Gives host b another address. */
  moveHostB(): void {
    lab('move', this.#name)
  }

  remove(): void {
    lab('down', this.#name)
  }
}

function lab(...args: string[]): void {
  runScript(SCRIPT, args)
}

import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { runScript } from './run-script.js'

const SCRIPT = path.join(import.meta.dirname, '..', '..', 'lab', 'star', 'lab.sh')

export interface StarOptions {
  readers: number
  /** Megabits a second that each host can send. */
  up: number
  /** Megabits a second that each host can receive. */
  down: number
  /** Megabits a second that the writer's host can send; `up` when left out. */
  writerUp?: number
}

/** Bytes that went over a host's line. */
export interface Traffic {
  sent: number
  received: number
}

/**
 * A writer's host, 0, and readers' hosts, 1 and up, each with a line of its own to a hub: network namespaces
 * of this machine. The hub has no limit; the DHT belongs there.
 */
export class Star {
  static #count = 0
  readonly #name = `pearlog-star-${os.pid()}-${++Star.#count}`
  /** Of the hub. */
  readonly address = '10.78.0.254'

  constructor({ readers, up, down, writerUp = up }: StarOptions) {
    const rates = { up, down, 'writer-up': writerUp }
    const flags = Object.entries(rates).flatMap(([name, n]) => [`--${name}`, `${n * 1000}kbit`])
    lab('up', this.#name, `${readers}`, ...flags)
  }

  /** Whether this machine can have one: it takes root, and Linux with iproute2. */
  static get available(): boolean {
    const tools = 'ip netns list && tc qdisc show dev lo'
    return os.userInfo().uid === 0 && spawnSync('sh', ['-c', tools]).status === 0
  }

  /** A command to run others by, on one of the hosts. */
  on(host: number | 'hub'): string[] {
    return ['ip', 'netns', 'exec', `${this.#name}-${host}`]
  }

  /** What each host has sent and received so far. */
  traffic(): Traffic[] {
    const rows = lab('bytes', this.#name).trim().split('\n')
    return rows.map((row) => {
      const [, sent, received] = row.split(' ').map(Number)
      return { sent: sent!, received: received! }
    })
  }

  remove(): void {
    lab('down', this.#name)
  }
}

function lab(...args: string[]): string {
  return runScript(SCRIPT, args)
}

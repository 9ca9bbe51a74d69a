import os from 'bare-os'
import { spawnSync } from 'bare-subprocess'

/** Network namespaces of this machine, as hosts that are joined by cables. It takes what a Link takes. */
export class Namespaces {
  static #count = 0
  readonly #name = `pearlog-net-${os.pid()}-${++Namespaces.#count}`
  readonly #hosts: string[] = []

  add(...hosts: string[]): void {
    for (const host of hosts) {
      run('ip', 'netns', 'add', this.#namespace(host))
      this.#hosts.push(host)
      this.ip(host, 'link', 'set', 'lo', 'up')
    }
  }

  /** A cable between two hosts: each has it under the other's name, with an address or without. */
  connect(a: string, b: string, addresses: { a?: string; b?: string }): void {
    const peer = ['peer', 'name', a, 'netns', this.#namespace(b)]
    this.ip(a, 'link', 'add', 'name', b, 'type', 'veth', ...peer)
    for (const [host, device, address] of [
      [a, b, addresses.a],
      [b, a, addresses.b]
    ] as const) {
      if (address) this.ip(host, 'addr', 'add', address, 'dev', device)
      this.ip(host, 'link', 'set', 'dev', device, 'up')
    }
  }

  ip(host: string, ...args: string[]): void {
    run('ip', '-n', this.#namespace(host), ...args)
  }

  /** Runs a command on a host, to its end. */
  run(host: string, ...command: string[]): void {
    run(...this.on(host), ...command)
  }

  /** A command to run others by, on a host. */
  on(host: string): string[] {
    return ['ip', 'netns', 'exec', this.#namespace(host)]
  }

  remove(): void {
    for (const host of this.#hosts.splice(0)) run('ip', 'netns', 'del', this.#namespace(host))
  }

  #namespace(host: string): string {
    return `${this.#name}-${host}`
  }
}

function run(...words: string[]): void {
  const [command, ...args] = words as [string, ...string[]]
  const { status, stderr } = spawnSync(command, args)
  if (status !== 0) throw new Error(`${words.join(' ')}: ${String(stderr)}`)
}

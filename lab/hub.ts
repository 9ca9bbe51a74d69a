import os from 'bare-os'
import { spawnSync } from 'bare-subprocess'

type Place = 'hub' | 'a' | 'b'

/**
 * Two hosts that both reach a third one, the hub, and not each other: network namespaces of this machine. It
 * takes what a Link takes.
 */
export class Hub {
  static #count = 0
  readonly #name = `pearlog-hub-${os.pid()}-${++Hub.#count}`
  /** Of the hub. */
  readonly address = '10.78.0.1'
  /** Packets to it are dropped in silence. */
  readonly nowhere = '10.78.9.9'

  constructor() {
    for (const place of ['hub', 'a', 'b'] as const) {
      ip('netns', 'add', this.#namespace(place))
      this.#ip(place, 'link', 'set', 'lo', 'up')
    }
    this.#ip('hub', 'addr', 'add', `${this.address}/32`, 'dev', 'lo')
    this.#connect('a', '10.78.1')
    this.#connect('b', '10.78.2')
    spawnSync('sh', ['-c', '"$@"', 'sh', ...this.on('hub'), 'sh', '-c', NO_FORWARDING])
  }

  /** A command to run others by, in one of the places. */
  on(place: Place): string[] {
    return ['ip', 'netns', 'exec', this.#namespace(place)]
  }

  remove(): void {
    for (const place of ['hub', 'a', 'b'] as const) ip('netns', 'del', this.#namespace(place))
  }

  // The hub answers from its one address, by which a DHT node is known.
  #connect(host: 'a' | 'b', net: string): void {
    const [device, peer] = [`to-${host}`, this.#namespace(host)]
    this.#ip('hub', 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', peer)
    this.#ip('hub', 'addr', 'add', `${net}.1/24`, 'dev', device)
    this.#ip('hub', 'link', 'set', device, 'up')
    this.#ip('hub', 'route', 'change', `${net}.0/24`, 'dev', device, 'src', this.address)
    this.#ip(host, 'addr', 'add', `${net}.2/24`, 'dev', 'eth0')
    this.#ip(host, 'link', 'set', 'eth0', 'up')
    this.#ip(host, 'route', 'add', 'default', 'via', `${net}.1`)
  }

  #namespace(place: Place): string {
    return `${this.#name}-${place}`
  }

  #ip(place: Place, ...args: string[]): void {
    ip('-n', this.#namespace(place), ...args)
  }
}

const NO_FORWARDING = 'echo 0 > /proc/sys/net/ipv4/ip_forward'

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args)
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${String(stderr)}`)
}

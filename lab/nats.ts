import { spawnSync } from 'bare-subprocess'
import { Link } from './link.js'
import { Namespaces } from './namespaces.js'

const RULES = `
  table ip nat {
    chain out {
      type nat hook postrouting priority srcnat
      oifname "hub" masquerade random,fully-random
    }
  }`
const FORWARD = 'echo 1 > /proc/sys/net/ipv4/ip_forward'

/**
 * Two hosts at home, a and b, each behind a NAT that gives another port to each destination, and a hub in the
 * middle with a public address. It takes what a Link takes, and Debian's nftables.
 */
export class Nats {
  readonly #net = new Namespaces()
  /** Of the hub. */
  readonly address = '10.80.0.1'

  constructor() {
    const net = this.#net
    net.add('hub')
    net.ip('hub', 'addr', 'add', `${this.address}/32`, 'dev', 'lo')
    net.run('hub', 'sh', '-c', FORWARD)
    for (const [host, n] of [
      ['a', 1],
      ['b', 2]
    ] as const) {
      const nat = `nat-${host}`
      net.add(nat, host)
      net.connect('hub', nat, { a: `10.80.${n}.1/24`, b: `10.80.${n}.2/24` })
      // The hub answers from its one address, by which a DHT node is known.
      net.ip('hub', 'route', 'change', `10.80.${n}.0/24`, 'dev', nat, 'src', this.address)
      net.ip(nat, 'route', 'add', 'default', 'via', `10.80.${n}.1`)
      net.connect(nat, host, { a: '192.168.1.1/24', b: '192.168.1.2/24' })
      net.ip(host, 'route', 'add', 'default', 'via', '192.168.1.1')
      net.run(nat, 'sh', '-c', FORWARD)
      net.run(nat, 'nft', RULES)
    }
  }

  /** Whether this machine can have them. */
  static get available(): boolean {
    return Link.available && spawnSync('sh', ['-c', 'nft list tables']).status === 0
  }

  /** A command to run others by, in one of the places. */
  on(place: 'hub' | 'a' | 'b'): string[] {
    return this.#net.on(place)
  }

  remove(): void {
    this.#net.remove()
  }
}

import { Namespaces } from './namespaces.js'

/** Two hosts on one network, with no way out of it. It takes what a Link takes. */
export class Switch {
  readonly #net = new Namespaces()
  /** Of host a. */
  readonly address = '10.81.0.1'

  constructor() {
    const net = this.#net
    net.add('switch', 'a', 'b')
    net.ip('switch', 'link', 'add', 'name', 'bridge', 'type', 'bridge')
    net.ip('switch', 'link', 'set', 'dev', 'bridge', 'up')
    net.connect('switch', 'a', { b: `${this.address}/24` })
    net.connect('switch', 'b', { b: '10.81.0.2/24' })
    for (const port of ['a', 'b']) net.ip('switch', 'link', 'set', 'dev', port, 'master', 'bridge')
  }

  /** A command to run others by, on one of the hosts. */
  on(host: 'a' | 'b'): string[] {
    return this.#net.on(host)
  }

  remove(): void {
    this.#net.remove()
  }
}

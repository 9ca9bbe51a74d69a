import b4a from 'b4a'
import type Hypercore from 'hypercore'

const MOST_REMEMBERED = 10_000
const COUNT = 200 // ms

/** Which peers hold how much of a log; those that have left are remembered. */
export class Holders {
  readonly #core: Hypercore
  /** How many blocks from the first one on a peer had when it was last looked at, by its public key. */
  readonly #lengths = new Map<string, number>()

  constructor(core: Hypercore) {
    this.#core = core
    core.on('peer-remove', (peer) => this.#remember(peer))
  }

  /** How many blocks from the first one on `n` peers have told that they hold. */
  held(n: number): number {
    for (const peer of this.#core.peers) this.#remember(peer)
    return [...this.#lengths.values()].toSorted((a, b) => b - a)[n - 1] ?? 0
  }

  /** Resolves once `n` peers have told that they hold every block there is now. */
  waitFor(n: number): Promise<void> {
    const core = this.#core
    const { length } = core
    return new Promise((resolve) => {
      const count = (): void => {
        for (const peer of core.peers) this.#remember(peer)
        const holders = [...this.#lengths.values()].filter((held) => held >= length)
        if (holders.length < n) return
        clearInterval(timer)
        resolve()
      }
      // Hypercore 11.39.5 has an event for the first peer that holds more than all before it, and for no
      // other.
      const timer = setInterval(count, COUNT)
      core.on('close', () => clearInterval(timer))
      count()
    })
  }

  #remember({ remotePublicKey, remoteContiguousLength }: Hypercore.Peer): void {
    this.#lengths.set(b4a.toString(remotePublicKey, 'hex'), remoteContiguousLength)
    if (this.#lengths.size <= MOST_REMEMBERED) return
    const [oldest] = this.#lengths.keys()
    this.#lengths.delete(oldest!)
  }
}

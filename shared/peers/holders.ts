import b4a from 'b4a'
import type { Timeout } from 'bare-timers'
import type Hypercore from 'hypercore'

/** So many readers, or the blind peer. */
export type Goal = number | 'blind'

const MOST_REMEMBERED = 10_000
const LOOK = 200 // ms

/** Which peers hold how much of a log; those that have left are remembered. */
export class Holders {
  readonly #core: Hypercore
  readonly #reachOf: (peer: Hypercore.Peer) => number
  /** How many blocks from the first one on a peer had when it was last looked at, by its public key. */
  readonly #lengths = new Map<string, number>()
  readonly #blindPeer: string | null

  // Those who wait are looked after in the order in which they came.
  #waiting: (() => boolean)[] = []
  #timer: Timeout | null = null

  /**
   * `reachOf` tells how many blocks a peer has of those that it could get. A blind peer, with this key, does not
   * count among the others.
   */
  constructor(core: Hypercore, reachOf: (peer: Hypercore.Peer) => number, blindPeer?: Uint8Array) {
    this.#core = core
    this.#reachOf = reachOf
    this.#blindPeer = blindPeer ? b4a.toString(blindPeer, 'hex') : null
    core.on('peer-remove', (peer) => this.#remember(peer))
    core.on('close', () => this.#end())
  }

  /** How many blocks from the first one on `goal` has told to hold. */
  held(goal: Goal): number {
    return this.#find(goal) ?? 0
  }

  // Undefined when there are not so many.
  #find(goal: Goal): number | undefined {
    for (const peer of this.#core.peers) this.#remember(peer)
    if (goal === 'blind') return this.#lengths.get(this.#blindPeer ?? '')
    const others = [...this.#lengths].filter(([key]) => key !== this.#blindPeer)
    return others.map(([, held]) => held).toSorted((a, b) => b - a)[goal - 1]
  }

  /** Resolves once `goal` has told to hold every block there is now. */
  waitFor(goal: Goal): Promise<void> {
    const { length } = this.#core
    return new Promise((resolve) => {
      this.watch(() => {
        const isThere = goal === 0 || (this.#find(goal) ?? -1) >= length
        if (isThere) resolve()
        return isThere
      })
    })
  }

  /** Runs `look` now and then, and after those that came before, until it returns true. */
  watch(look: () => boolean): void {
    this.#waiting.push(look)
    // Hypercore 11.39.5 has an event for the first peer that holds more than all before it, and for no
    // other.
    if (!this.#core.closing) this.#timer ??= setInterval(() => this.#look(), LOOK)
    this.#look()
  }

  #look(): void {
    this.#waiting = this.#waiting.filter((look) => !look())
    if (this.#waiting.length === 0) this.#end()
  }

  #end(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  #remember(peer: Hypercore.Peer): void {
    this.#lengths.set(b4a.toString(peer.remotePublicKey, 'hex'), this.#reachOf(peer))
    if (this.#lengths.size <= MOST_REMEMBERED) return
    const [oldest] = this.#lengths.keys()
    this.#lengths.delete(oldest!)
  }
}

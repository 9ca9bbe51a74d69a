import type Hypercore from 'hypercore'
import { now } from '../log/clock.js'

// ms
const NEW = 500
const TOGETHER = 20
const RECENTLY = 10_000

/**
 * Which blocks of a core come without being asked for: a peer that sends blocks so sends them to all of its peers,
 * or to one of them, that has them for the others.
 */
export class NewBlocks {
  readonly #core: Hypercore
  /** When each peer sent one unasked. */
  readonly #sent = new WeakMap<Hypercore.Peer, number>()
  /** Those that were appended one at a time, and when that was known. Of several at once, none is sent so. */
  readonly #new = new Map<number, number>()
  #length: number
  #unasked = 0 // how many came so, one after the other
  #lastUnasked = -1

  constructor(core: Hypercore) {
    this.#core = core
    this.#length = core.length
    // It came with its number, then: the answer to a request that was given up comes later.
    core.on('download', (index, _bytes, peer, request) => {
      const isNewest = now() - (this.#new.get(index) ?? -Infinity) < TOGETHER
      if (request || !isNewest) return
      this.#unasked++
      this.#lastUnasked = index
      this.#sent.set(peer, now())
    })
    core.on('append', () => {
      const index = core.length - 1
      if (this.#lastUnasked !== index - 1) this.#unasked = 0
      if (index === this.#length) this.#new.set(index, now())
      this.#length = core.length
      for (const [old, at] of this.#new) {
        if (now() - at <= NEW) break
        this.#new.delete(old)
      }
    })
  }

  /** All new ones come so: of those that a peer sends in turn, no two do. */
  get comeUnasked(): boolean {
    return this.#unasked > 1
  }

  /** It is new, and `peer` is not to be asked for it: it comes from that one unasked, or others have it soon. */
  isComing(peer: Hypercore.Peer, index: number): boolean {
    if (this.#core.peers.length === 1) return false
    if (now() - (this.#sent.get(peer) ?? -Infinity) > RECENTLY) return false
    return now() - (this.#new.get(index) ?? -Infinity) <= NEW
  }
}

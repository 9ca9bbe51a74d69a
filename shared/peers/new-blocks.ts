import type Hypercore from 'hypercore'
import { now } from '../log/clock.js'
import { turnOf } from './turn.js'

// ms
const NEW = 500
const RECENTLY = 10_000
// blocks, of those that were known at once
const MOST = 64

/**
 * Which blocks of a core come without being asked for: a peer that sends blocks so sends them to all of its peers,
 * or to one of them, that has them for the others.
 */
export class NewBlocks {
  readonly #core: Hypercore
  /** When each peer sent one unasked. */
  readonly #sent = new WeakMap<Hypercore.Peer, number>()
  /** When each was known, and whether it was the only one then. Of several, each is sent to one peer at most. */
  readonly #new = new Map<number, { at: number; isOne: boolean }>()
  /** Those that are verified, and who sent them unasked. */
  readonly #arriving = new Map<number, Hypercore.Peer>()
  #length: number
  #unasked = 0 // how many came so, one after the other
  #lastUnasked = -1

  constructor(core: Hypercore) {
    this.#core = core
    this.#length = core.length
    core.on('peer-add', (peer) => {
      const handle = peer.ondata.bind(peer)
      peer.ondata = async (data) => {
        // An answer has the number of its request, also one to a request that was given up.
        const index = data.request === 0 ? data.block?.index : undefined
        if (index !== undefined) this.#arriving.set(index, peer)
        try {
          await handle(data)
        } finally {
          if (index !== undefined) this.#arriving.delete(index)
        }
      }
    })
    core.on('download', (index, _bytes, peer) => {
      if (this.#arriving.get(index) !== peer) return
      this.#unasked++
      this.#lastUnasked = index
      this.#sent.set(peer, now())
    })
    core.on('append', () => {
      const index = core.length - 1
      if (this.#lastUnasked !== index - 1) this.#unasked = 0
      const [at, isOne] = [now(), index === this.#length]
      for (let i = Math.max(this.#length, index - MOST); i <= index; i++)
        this.#new.set(i, { at, isOne })
      this.#length = core.length
      for (const [old, known] of this.#new) {
        if (at - known.at <= 2 * NEW) break
        this.#new.delete(old)
      }
    })
  }

  /** All new ones come so: of those that a peer sends in turn, no two do. */
  get comeUnasked(): boolean {
    return this.#unasked > 1
  }

  /**
   * It is new, and `peer` is not to be asked for it: it comes from that one unasked, or others have it soon. In time,
   * one of those that lack it asks for it, and the others later: all at once would fill the line of `peer`.
   */
  isComing(peer: Hypercore.Peer, index: number): boolean {
    if (this.#core.peers.length === 1) return false
    if (now() - (this.#sent.get(peer) ?? -Infinity) > RECENTLY) return false
    const known = this.#new.get(index)
    if (!known) return false
    const others = this.#core.peers.filter((other) => other !== peer)
    const isOurs = turnOf(peer.stream.publicKey, others)(index)
    return now() - known.at <= NEW * ((known.isOne ? 1 : 0) + (isOurs ? 0 : 1))
  }
}

import type Hypercore from 'hypercore'
import { now } from '../log/clock.js'
import { turnOf } from './turn.js'

// ms
const NEW = 500
const RECENTLY = 60_000 // one of many has its turn now and then

const MOST = 64 // blocks, of those that were known at once

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
  /** Those that each peer sent unasked, while they are verified. */
  readonly #arriving = new WeakMap<Hypercore.Peer, Set<number>>()
  #length: number
  #unasked = 0 // how many came so, one after the other
  #lastUnasked = -1

  constructor(core: Hypercore) {
    this.#core = core
    this.#length = core.length
    core.on('peer-add', (peer) => {
      const handle = peer.ondata.bind(peer)
      const arriving = new Set<number>()
      this.#arriving.set(peer, arriving)
      peer.ondata = async (data) => {
        // An answer has the number of its request, also one to a request that was given up.
        const index = data.request === 0 ? data.block?.index : undefined
        if (index !== undefined) arriving.add(index)
        try {
          await handle(data)
        } finally {
          if (index !== undefined) arriving.delete(index)
        }
      }
    })
    core.on('download', (index, _bytes, peer) => {
      if (!this.#arriving.get(peer)?.has(index)) return
      this.#unasked++
      this.#lastUnasked = index
      this.#sent.set(peer, now())
    })
    core.on('append', () => {
      const index = core.length - 1
      if (this.#lastUnasked !== index - 1) this.#unasked = 0
      const [at, isOne] = [now(), index === this.#length]
      for (let i = Math.max(this.#length, index + 1 - MOST); i <= index; i++)
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
    const { at = -Infinity, isOne } = this.#new.get(index) ?? {}
    const age = now() - at
    if (age > 2 * NEW) return false
    if (isOne && age <= NEW) return true
    const others = this.#core.peers.filter((p) => p !== peer && p.remoteDownloading)
    const isOurs = turnOf(peer.stream.publicKey, others)(index)
    return !isOurs && (isOne || age <= NEW)
  }
}

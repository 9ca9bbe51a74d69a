import type Hypercore from 'hypercore'

// Hypercore's handlers of what arrives from a peer, and of its readiness to take more.
const HANDLERS = [
  'onsync',
  'onrequest',
  'oncancel',
  'ondata',
  'onnodata',
  'onwant',
  'onunwant',
  'onbitfield',
  'onrange',
  'onextension',
  'ondrain'
] as const
// Hypercore keeps what a peer claims to have in pages of that many blocks, of 8 kB in all.
const PAGE = 32768
// How many pages a peer may claim beyond those of the log as we know it, and how far beyond its end.
const PAGES = 128
const AHEAD = 2 ** 28
// How many bitfields it may send in a time: each has an index built again, in 0.2 ms.
const BITFIELDS = 512
const BITFIELD_TIME = 5000 // ms
// Hypercore remembers each fork that a peer has claimed.
const FORKS = 1000
// How many requests may wait for an answer. A peer of ours makes 1,024 at most (`inflightRange`), and
// cancels some. Those for what is new it makes one by one; a wrong one holds up all others (`_txLock`).
const REQUESTS = 4096
const UPGRADES = 8

/**
 * What a peer sends ends its connection when it is wrong, and never the process. Hypercore 11.37.1 takes
 * all the memory there is for `{ drop: false, start: 1, length: 2 ** 52 }` in `onrange`, and throws a
 * TypeError for more than one message that is well-formed, a request for what is not there by a peer that
 * is paused, say. Protomux and Hypercore throw those again (safety-catch), as uncaught exceptions.
 */
export function guard(core: Hypercore, peer: Hypercore.Peer): void {
  const limits = new Limits(core, peer)
  for (const name of HANDLERS) {
    const handle = peer[name].bind(peer)
    peer[name] = async function handledForPeer(message = {}) {
      try {
        limits.check(name, message)
        await handle(message)
        limits.done(name, message)
      } catch {
        peer.stream.destroy()
      }
    }
  }
}

/** Whether an uncaught exception is a peer's doing, whose connection has ended. */
export function isOfPeer(err: unknown): boolean {
  return err instanceof Error && err.stack?.includes('handledForPeer') === true
}

class Limits {
  readonly #core: Hypercore
  readonly #peer: Hypercore.Peer
  readonly #pages = new Set<number>()
  #bitfields = 0
  #since = 0
  #upgrades = 0

  constructor(core: Hypercore, peer: Hypercore.Peer) {
    this.#core = core
    this.#peer = peer
  }

  /** Throws when this is too much. */
  check(name: Hypercore.Handler, message: Hypercore.Message): void {
    if ((message.fork ?? 0) > FORKS) throw new Error('too many forks')
    if (name === 'onrange' && message.start !== 0) this.#claim(message) // from 0 on takes no page
    if (name === 'onbitfield') {
      this.#countBitfield()
      this.#claim(message)
    }
    if (name === 'onrequest') this.#request(message)
  }

  /** It is handled. */
  done(name: Hypercore.Handler, { upgrade }: Hypercore.Message): void {
    if (name === 'onrequest' && upgrade) this.#upgrades--
  }

  #claim({ start = 0, length = 0, bitfield }: Hypercore.Message): void {
    const known = this.#core.length
    const end = start + (bitfield ? bitfield.length * 32 : length)
    if (end > known + AHEAD) throw new Error('too far ahead')
    for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) {
      if (this.#pages.add(page).size > PAGES + known / PAGE) throw new Error('too many blocks')
    }
  }

  #countBitfield(): void {
    const now = Date.now()
    if (Math.abs(now - this.#since) > BITFIELD_TIME) {
      this.#since = now
      this.#bitfields = 0
    }
    if (++this.#bitfields > BITFIELDS) throw new Error('too many bitfields')
  }

  #request({ upgrade, fork }: Hypercore.Message): void {
    if (this.#peer.remoteRequests.size >= REQUESTS) throw new Error('too many requests')
    if (!upgrade) return
    const isBeyond = upgrade.start + upgrade.length > this.#core.length
    if (isBeyond && fork === this.#core.fork) throw new Error('a request for what is not there')
    if (++this.#upgrades > UPGRADES) throw new Error('too many requests for what is new')
  }
}

import b4a from 'b4a'
import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { loadCleared, nextHeld, nextMissing } from '../log/kept.js'
import { sleep } from '../log/timeout.js'

const EXTENSION = 'pearlog/oldest'
// ms
const CHECK = 200
const PATIENCE = 5000
const NONE = 2 ** 40 // blocks: longer than any log

/** What a copy has: its first blocks from `first` up to `end`; those before `cleared` were cleared there. */
interface Kept {
  first: number
  end: number
  cleared: number
}

/**
 * Tells peers from which block on this copy has the log, and takes in what they have. Hypercore tells that of
 * blocks which are asked for, and never when all is told: what nobody has could not be known.
 */
export class Oldest {
  readonly #core: Hypercore
  readonly #extension: Hypercore.Extension
  readonly #kept = new WeakMap<Hypercore.Peer, Kept>()
  #told = ''

  constructor(core: Hypercore) {
    this.#core = core
    this.#extension = core.registerExtension(EXTENSION, {
      onmessage: (message, peer) => {
        const kept = parse(message)
        if (kept) this.#kept.set(peer, kept)
      }
    })
    core.on('peer-add', (peer) => void this.#tell([peer]).catch(safetyCatch))
    const timer = setInterval(() => this.#check(), CHECK)
    core.on('close', () => clearInterval(timer))
  }

  /**
   * The first block from `index` on that somebody here has, this copy included, or the length when nobody has
   * any; null when that is not known: nobody is there, or somebody who does not tell.
   */
  next(index: number): number | null {
    const { peers, length } = this.#core
    if (peers.length === 0) return null
    let oldest = nextHeld(this.#core, index) ?? length
    for (const peer of peers) {
      if (index < peer.remoteContiguousLength || peer.remoteBitfield.get(index)) return index
      const kept = this.#kept.get(peer)
      if (!kept) return null
      oldest = Math.min(oldest, Math.max(kept.first, index))
    }
    return Math.min(oldest, length)
  }

  /** The first block that somebody here has; 0 when that is not known in time. */
  async first(): Promise<number> {
    const { peers } = this.#core
    for (let left = PATIENCE; left > 0 && peers.length > 0; left -= CHECK) {
      const first = this.next(0)
      if (first !== null) return first
      await sleep(CHECK)
    }
    return 0
  }

  /**
   * Where it goes on when block `index` is gone: nobody here has it, and somebody has cleared it. Null
   * otherwise: a block that nobody here has had comes with its writer.
   */
  afterGap(index: number): number | null {
    const next = this.next(index)
    const { peers } = this.#core
    const cleared = Math.max(...peers.map((peer) => this.#kept.get(peer)?.cleared ?? 0))
    return next === null || next === index || cleared <= index ? null : Math.min(next, cleared)
  }

  /** How far `peer` has all blocks that are here, or were before they were cleared. */
  reachOf(peer: Hypercore.Peer): number {
    const kept = this.#kept.get(peer)
    const first = nextHeld(this.#core, 0) ?? 0
    return Math.max(peer.remoteContiguousLength, kept && kept.first <= first ? kept.end : 0)
  }

  // The end of what begins with block 0 is told by Hypercore.
  get #run(): string {
    const first = nextHeld(this.#core, 0) ?? NONE
    return first === 0 || first === NONE
      ? `${first} 0`
      : `${first} ${nextMissing(this.#core, first)}`
  }

  #check(): void {
    const { opened, closing, peers } = this.#core
    if (!opened || closing || peers.length === 0) return
    if (this.#run !== this.#told) this.#tell(peers).catch(safetyCatch)
  }

  async #tell(peers: Hypercore.Peer[]): Promise<void> {
    const run = this.#run
    if (peers === this.#core.peers) this.#told = run
    const message = b4a.from(`${run} ${await loadCleared(this.#core)}`)
    for (const peer of peers) this.#extension.send(message, peer)
  }
}

function parse(message: Uint8Array): Kept | null {
  const text = b4a.toString(message.subarray(0, 60))
  const [, first, end, cleared] = /^(\d{1,15}) (\d{1,15}) (\d{1,15})$/.exec(text) ?? []
  if (first === undefined) return null
  return { first: Number(first), end: Number(end), cleared: Number(cleared) }
}

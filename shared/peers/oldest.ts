import b4a from 'b4a'
import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { loadCleared, nextHeld, nextMissing } from '../log/kept.js'
import { sleep } from '../log/timeout.js'
import { now } from '../log/clock.js'

const EXTENSION = 'pearlog/oldest'
// ms
const CHECK = 200
const PATIENCE = 10_000
const RUNS = 8 // that are told at most, the first ones

/** Blocks without a hole; `end` is 0 of those that begin with block 0: Hypercore tells that. */
interface Run {
  first: number
  end: number
}

/** What a copy has, and that those before `cleared` were cleared there. */
interface Kept {
  cleared: number
  runs: Run[]
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
      const isToBeTold = kept.runs[0]?.first === 0 && peer.remoteContiguousLength === 0
      if (isToBeTold) return index
      const run = kept.runs.find(({ end }) => index < end)
      if (run) oldest = Math.min(oldest, Math.max(run.first, index))
      else if (kept.runs.length === RUNS) return index // it may have more
    }
    return Math.min(oldest, length)
  }

  /**
   * The first block that somebody here has; 0 when that is not known in time. When it is another one, it waits
   * for somebody who may have more, as long as that is not `complete`.
   */
  async first(complete: () => boolean = () => true): Promise<number> {
    const until = now() + PATIENCE
    while (now() < until && this.#core.peers.length > 0) {
      const first = this.next(0)
      if (first === 0 || (first !== null && complete())) return first
      await sleep(CHECK)
    }
    return this.next(0) ?? 0
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
    const run = kept?.runs[0]
    return Math.max(peer.remoteContiguousLength, run && run.first <= first ? run.end : 0)
  }

  // As text: where each run begins and ends.
  get #runs(): string {
    const runs: number[] = []
    let first = nextHeld(this.#core, 0)
    while (first !== null && runs.length < 2 * RUNS) {
      const end = nextMissing(this.#core, first)
      runs.push(first, first === 0 ? 0 : end)
      first = nextHeld(this.#core, end)
    }
    return runs.join(' ')
  }

  #check(): void {
    const { opened, closing, peers } = this.#core
    if (!opened || closing || peers.length === 0) return
    if (this.#runs !== this.#told) this.#tell(peers).catch(safetyCatch)
  }

  async #tell(peers: Hypercore.Peer[]): Promise<void> {
    const runs = this.#runs
    if (peers === this.#core.peers) this.#told = runs
    const message = b4a.from(`${await loadCleared(this.#core)} ${runs}`)
    for (const peer of peers) this.#extension.send(message, peer)
  }
}

function parse(message: Uint8Array): Kept | null {
  const text = b4a.toString(message.subarray(0, 16 * (2 * RUNS + 1))).trim()
  if (!/^\d{1,15}( \d{1,15} \d{1,15})*$/.test(text)) return null
  const [cleared, ...numbers] = text.split(' ').map(Number) as [number, ...number[]]
  const runs: Run[] = []
  for (let i = 0; i < numbers.length; i += 2) {
    runs.push({ first: numbers[i]!, end: numbers[i + 1]! })
  }
  return { cleared, runs }
}

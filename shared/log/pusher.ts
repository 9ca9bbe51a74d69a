import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { now } from './clock.js'

/** So many peers are sent all at once, in any case. */
export const FEW = 2
const REST = 5 // times as long as it takes to send them a block, before the next one
// ms
const SLACK = 100 // that a block may take longer than the quickest one to the same peer
const SLOWEST = 1000 // that the quickest one may take
const STANDSTILL = 1000
const GATHER = 100 // between two blocks, when they are sent in turn
const LONGEST = 500 // between two blocks that all of many are sent
const HOLD = 10_000 // until all are sent all again; twice as long when that was too soon
const LONGEST_HOLD = 10 * 60_000

interface Line {
  /** When what was not received yet was sent. */
  underWay: number[]
  /** How long the quickest block took to be received, in ms. */
  quickest: number
}

/**
 * Sends new blocks to the peers of a core at once, instead of after an announcement and a request: to all as long
 * as lines take that. Else they go to one peer each, in turn, and the others have them from that one; blocks are
 * larger then, since each is announced by all to all.
 */
export class Pusher {
  readonly #core: Hypercore
  readonly #lines = new WeakMap<Hypercore.Peer, Line>()
  readonly #served = new WeakMap<Hypercore.Peer, number>() // in which turn
  #took = 0 // ms to send the last block
  #turn = 0
  #until = -Infinity // when that is
  #hold = HOLD

  constructor(core: Hypercore) {
    this.#core = core
  }

  /** How long to wait after a block that was not full, so that the next one is larger, in ms. */
  get pause(): number {
    if (this.#isInTurn) return GATHER
    return this.#hasMany ? Math.min(LONGEST, REST * this.#took) : 0
  }

  /**
   * Sends block `index`; not to a peer with something in its way: that one is catching up, and asks for what it
   * needs.
   */
  async push(index: number): Promise<void> {
    const peers = this.#core.peers.filter((peer) => this.#takes(peer))
    const free = peers.filter((peer) => peer.protomux.drained && this.#lateness(peer) === 0)
    // One line that is full, or a few, say nothing of the others.
    const full = peers.filter((peer) => this.#isFull(peer)).length
    if (full > 1 && full > peers.length / 4) this.#takeTurns()
    const takers = this.#isInTurn ? this.#next(free, index) : free
    const start = now()
    await Promise.all(takers.map((peer) => this.#push(peer, index)))
    this.#took = now() - start
  }

  // Of those that had none for the longest, rather one that has told to know all blocks before: it can use it.
  #next(free: Hypercore.Peer[], index: number): Hypercore.Peer[] {
    const turnOf = (peer: Hypercore.Peer): number => this.#served.get(peer) ?? 0
    const waiting = free
      .toSorted((a, b) => turnOf(a) - turnOf(b))
      .slice(0, Math.ceil(free.length / 2))
    const next = waiting.find(({ remoteLength }) => remoteLength === index) ?? waiting[0]
    if (!next) return []
    this.#served.set(next, ++this.#turn)
    return [next]
  }

  #takes({ remoteAllowPush, remoteDownloading, remoteFork }: Hypercore.Peer): boolean {
    return remoteAllowPush && remoteDownloading && remoteFork === this.#core.fork
  }

  get #hasMany(): boolean {
    return this.#core.peers.length > FEW
  }

  get #isInTurn(): boolean {
    return this.#hasMany && now() < this.#until
  }

  #takeTurns(): void {
    if (this.#isInTurn || !this.#hasMany) return
    const isSoon = now() < this.#until + this.#hold
    this.#hold = isSoon ? Math.min(2 * this.#hold, LONGEST_HOLD) : HOLD
    this.#until = now() + this.#hold
  }

  async #push(peer: Hypercore.Peer, index: number): Promise<void> {
    await peer.push(index)
    if (!this.#hasMany) return
    const line = this.#lineOf(peer)
    const sent = now()
    line.underWay.push(sent)
    peer.stream.flush().then(() => {
      line.underWay.shift()
      line.quickest = Math.min(line.quickest, now() - sent)
    }, safetyCatch)
  }

  // A packet that is lost makes a block late, and a peer that stands still has all late.
  #isFull(peer: Hypercore.Peer): boolean {
    const lateness = this.#lateness(peer)
    return lateness > 0 && lateness < STANDSTILL && this.#lineOf(peer).underWay.length > 2
  }

  // By how many milliseconds a block to `peer` is overdue.
  #lateness(peer: Hypercore.Peer): number {
    const { underWay, quickest } = this.#lineOf(peer)
    return Math.max(0, now() - (underWay[0] ?? Infinity) - quickest - SLACK)
  }

  #lineOf(peer: Hypercore.Peer): Line {
    const line = this.#lines.get(peer) ?? { underWay: [], quickest: SLOWEST }
    this.#lines.set(peer, line)
    return line
  }
}

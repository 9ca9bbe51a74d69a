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
const HOLD = 1000 // until all are sent all again; twice as long when that was too soon
const LONGEST_HOLD = 10 * 60_000

// Bytes that may be under way to all; twice as many after each time that it was more, until lines are full. By the time
// that a block is late, more than a line takes is on its way.
const BUDGET = 128 * 1024
const BUDGET_OF_ONE = 8 * 1024 // of many

interface Line {
  /** What was not received yet: when it was sent, and how many bytes. */
  underWay: { at: number; size: number }[]
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
  #times = 1 // that budget

  constructor(core: Hypercore) {
    this.#core = core
  }

  /** How long to wait after a block that was not full, so that the next one is larger, in ms. */
  get pause(): number {
    if (this.#isInTurn) return GATHER
    return this.#hasMany ? Math.min(LONGEST, REST * this.#took) : 0
  }

  /**
   * Sends block `index` of `size` bytes; not to a peer with something in its way: that one is catching up, and asks
   * for what it needs.
   */
  async push(index: number, size: number): Promise<void> {
    const peers = this.#core.peers.filter((peer) => this.#takes(peer))
    const moving = peers.filter((peer) => this.#lateness(peer) < STANDSTILL)
    const able = moving.filter((peer) => peer.protomux.drained)
    const free = able.filter((peer) => this.#lateness(peer) === 0)
    // One line that is full, or a few, say nothing of the others.
    const full = moving.filter((peer) => this.#isFull(peer)).length
    const isFull = full > 1 && full > peers.length / 4
    const budget = this.#times * Math.max(BUDGET, peers.length * BUDGET_OF_ONE)
    if (isFull || this.#underWay(moving) + free.length * size > budget) this.#takeTurns()
    if (isFull) this.#times = 1
    // Rather to a late one than to nobody: all would ask for it.
    const takers = this.#isInTurn ? this.#next(free.length > 0 ? free : able, index) : free
    const start = now()
    await Promise.all(takers.map((peer) => this.#push(peer, index, size)))
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
    this.#times *= 2
    this.#until = now() + this.#hold
  }

  async #push(peer: Hypercore.Peer, index: number, size: number): Promise<void> {
    if (!this.#hasMany) return peer.push(index)
    const line = this.#lineOf(peer)
    const at = now()
    line.underWay.push({ at, size })
    await peer.push(index)
    peer.stream.flush().then(() => {
      line.underWay.shift()
      line.quickest = Math.min(line.quickest, now() - at)
    }, safetyCatch)
  }

  // A packet that is lost makes a block late.
  #isFull(peer: Hypercore.Peer): boolean {
    return this.#lateness(peer) > 0 && this.#lineOf(peer).underWay.length > 2
  }

  // In bytes.
  #underWay(peers: Hypercore.Peer[]): number {
    const sizes = peers.flatMap((peer) => this.#lineOf(peer).underWay.map(({ size }) => size))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  // By how many milliseconds a block to `peer` is overdue.
  #lateness(peer: Hypercore.Peer): number {
    const { underWay, quickest } = this.#lineOf(peer)
    return Math.max(0, now() - (underWay[0]?.at ?? Infinity) - quickest - SLACK)
  }

  #lineOf(peer: Hypercore.Peer): Line {
    const line = this.#lines.get(peer) ?? { underWay: [], quickest: SLOWEST }
    this.#lines.set(peer, line)
    return line
  }
}

/* oxlint-disable no-underscore-dangle -- the names are those of Hypercore 11.39.5 */
import type { Timeout } from 'bare-timers'
import type Hypercore from 'hypercore'
import { now } from '../log/clock.js'
import { FEW } from '../log/pusher.js'
import type { NewBlocks } from './new-blocks.js'

// ms between two times that peers are told
const PAUSE = 20 // for each of them, when they get new blocks unasked
const SHORT_PAUSE = 0.3 // for each of them and each of theirs, when they ask for blocks that they hear of
const LONGEST = 1000
const SOON = 2 // at a reader with few of them, who may have nobody else: its own line goes first

// Hypercore tells those who did not ask for them of the last 256 blocks alone, by the first one of a range.
const MERGED = 128

/** What a peer was not told yet. */
interface News {
  length: boolean
  /** The length, once it is known that it can be proved to that peer. */
  provable: boolean
  ranges: [start: number, length: number][]
}

/**
 * Holds back what Hypercore tells peers of each new block, and tells it now and then: of a writer, to those who get
 * new blocks unasked; of a reader that gets them so; and of any copy with many peers. News that goes before a block makes
 * that one late, and the peer asks for it besides; the news of many takes most of their time.
 */
export class Announcements {
  readonly #core: Hypercore
  readonly #untold = new Map<Hypercore.Peer, () => void>()
  readonly #newBlocks: NewBlocks
  #isEnding = false
  #told = -Infinity
  #due = Infinity
  #timer: Timeout | null = null

  constructor(core: Hypercore, newBlocks: NewBlocks) {
    this.#core = core
    this.#newBlocks = newBlocks
    core.on('peer-add', (peer) => this.#pace(peer))
    core.on('peer-remove', (peer) => this.#untold.delete(peer))
    core.on('close', () => this.#stopTimer())
  }

  /** Tells what was not told yet, and from now on all at once, since this copy leaves. */
  end(): void {
    this.#isEnding = true
    this.#flush()
  }

  #flush(): void {
    this.#stopTimer()
    this.#told = now()
    const untold = [...this.#untold]
    this.#untold.clear()
    for (const [peer, tell] of untold) {
      peer.protomux.cork()
      tell()
      peer.protomux.uncork()
    }
  }

  #pace(peer: Hypercore.Peer): void {
    const tellLength = peer.signalUpgrade.bind(peer)
    const tellRange = peer.broadcastRange.bind(peer)
    const prove = peer._updateCanUpgradeAndSync.bind(peer)
    const push = peer.push.bind(peer)
    let pushed = 0 // the length with the newest block that was sent unasked
    let news = nothing()
    const tell = (): void => {
      const { length, provable, ranges } = news
      news = nothing()
      if (length) peer.sendSync()
      if (provable) tellLength()
      // Of a copy without a hole, Hypercore tells all each time.
      const isWhole = this.#core.contiguousLength === this.#core.length
      for (const range of isWhole ? ranges.slice(-1) : ranges) tellRange(...range, false)
    }
    const tellSoon = (): void => this.#tellSoon(peer, tell, this.#isServed(pushed))

    peer.signalUpgrade = () => {
      if (peer._shouldUpdateCanUpgrade()) news.provable = true
      else news.length = true
      tellSoon()
    }
    peer._updateCanUpgradeAndSync = async () => {
      const { remoteLength } = peer
      await prove()
      // Nothing was told when the peer told its own length meanwhile. It can't ask for blocks before it knows ours.
      if (peer.removed || peer.remoteLength === remoteLength) return
      news.length = true
      tellSoon()
    }
    peer.push = (index) => {
      pushed = index + 1
      return push(index)
    }
    peer.broadcastRange = (start, length, drop) => {
      if (drop) {
        tell()
        return tellRange(start, length, drop)
      }
      peer._clearLocalRange(start, length)
      const last = news.ranges.at(-1)
      if (last && last[0] + last[1] === start && last[1] < MERGED) last[1] += length
      else news.ranges.push([start, length])
      tellSoon()
    }
  }

  #tellSoon(peer: Hypercore.Peer, tell: () => void, isServed: boolean): void {
    const { length } = this.#core.peers
    if (this.#isEnding || (length <= FEW && !isServed)) return tell()
    this.#untold.set(peer, tell)
    const due = isServed
      ? now() + this.#pause
      : this.#told + Math.min(LONGEST, SHORT_PAUSE * length * length)
    if (due >= this.#due) return
    this.#stopTimer()
    this.#due = due
    const wait = due - now()
    if (wait > 0) this.#timer = setTimeout(() => this.#flush(), wait)
    // By then, it has the blocks besides the length.
    else void Promise.resolve().then(() => this.#flush())
  }

  get #pause(): number {
    const { writable, peers } = this.#core
    return !writable && peers.length <= FEW ? SOON : Math.min(LONGEST, PAUSE * peers.length)
  }

  // Of a writer: it sent the peer the block before unasked. Of a reader: it got the last ones so, as all did.
  #isServed(pushed: number): boolean {
    const { writable, length } = this.#core
    if (!writable) return this.#newBlocks.comeUnasked
    return pushed > 0 && pushed >= length - 1
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#due = Infinity
  }
}

function nothing(): News {
  return { length: false, provable: false, ranges: [] }
}

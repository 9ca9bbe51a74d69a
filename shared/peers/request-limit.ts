/* oxlint-disable no-underscore-dangle -- the names are those of Hypercore 11.39.5 */
import type Hypercore from 'hypercore'
import { now } from '../log/clock.js'

// ms that a request may wait in a peer's line: what waits longer could have been asked of another one meanwhile.
const WAIT = 500
const FIRST = 256 * 1024 // bytes asked of a peer whose rate is not known
const FAR = 200 // ms of round trip
const SPAN = 5000 // ms; what counts is the best of this span and the one before
const REST = 2 // requests
const SILENCE = 10_000 // ms
const PATIENCE = 500 // ms

interface Line {
  /** Bytes that came. */
  received: number
  /** When the span began, and the best of it and of the one before. */
  since: number
  best: Best
  bestBefore: Best
  /** How long a request takes, a running mean, in ms. */
  elapsed: number
  /** When the last block came, or was asked for while none was. */
  heard: number
}

interface Best {
  /** Bytes a millisecond. */
  rate: number
  /** ms that a request took. */
  quickest: number
}

interface Sent {
  at: number
  /** Bytes that had come from its peer before. */
  received: number
}

const NOTHING: Best = { rate: 0, quickest: Infinity }

/**
 * Asks each peer of a core for as much at a time as keeps its line full. Hypercore counts blocks: 512 of them
 * may be 128 MiB, and the first peer that answers, mostly the writer, would be asked for all.
 */
export class RequestLimit {
  readonly #core: Hypercore
  readonly #lines = new WeakMap<Hypercore.Peer, Line>()
  readonly #sent = new WeakMap<Hypercore.Request, Sent>()
  #size = 0 // of a block, a running mean
  #elapsed = 0 // ms that a request takes, a running mean

  constructor(core: Hypercore) {
    this.#core = core
    core.on('peer-add', (peer) => this.#limit(peer))
    core.on('download', (_, bytes, peer, request) => {
      this.#size += (bytes - this.#size) / 16
      const line = this.#lines.get(peer)
      if (!line) return
      line.heard = now()
      line.received += bytes
      const sent = request && this.#sent.get(request)
      if (!sent) return
      // A process that was suspended says nothing of its peers.
      const elapsed = Math.min(Math.max(1, now() - sent.at), SILENCE)
      measure(line, elapsed, line.received - sent.received)
      this.#elapsed += (elapsed - this.#elapsed) / 16
    })
  }

  /** Bytes a millisecond that come from it, when it is asked; 0 when that is not known yet. */
  rate(peer: Hypercore.Peer): number {
    const line = this.#lines.get(peer)
    return line ? Math.max(line.best.rate, line.bestBefore.rate) : 0
  }

  /** How many blocks to ask of it at a time. */
  blocks(peer: Hypercore.Peer): number {
    const { byteLength, length, peers } = this.#core
    const size = Math.max(this.#size, byteLength / Math.max(1, length), 1)
    const line = this.#lines.get(peer)
    const rate = this.rate(peer)
    // Of one that is far, the second block is on its way before the first one has come.
    const least = peers.length === 1 && peer.stream.rawStream.rtt > FAR ? 2 : 1
    if (!line || rate === 0) return Math.max(least, Math.floor(FIRST / size))
    const quickest = Math.min(line.best.quickest, line.bestBefore.quickest)
    // Of one peer alone, twice as much each time, however long it takes: nobody else could bring it.
    const grown = peers.length === 1 ? 2 * line.received : 0
    return Math.max(1, Math.round(Math.max(rate * (quickest + WAIT), grown) / size))
  }

  /** It takes longer than others do. */
  isLate(request: Hypercore.Request): boolean {
    const { at } = this.#sent.get(request) ?? { at: 0 }
    return now() - at > PATIENCE + 4 * this.#elapsed
  }

  /** Its line is full. */
  isBusy(peer: Hypercore.Peer): boolean {
    return (this.#lines.get(peer)?.elapsed ?? 0) > WAIT
  }

  /** It had nothing to do for longer than some requests take. */
  isIdle(peer: Hypercore.Peer): boolean {
    const line = this.#lines.get(peer)
    return peer.inflight === 0 && now() - (line?.heard ?? 0) > REST * (line?.elapsed ?? 0)
  }

  /** It does not answer. */
  isSilent(peer: Hypercore.Peer): boolean {
    const heard = this.#lines.get(peer)?.heard ?? 0
    return peer.inflight > 0 && now() - heard > SILENCE
  }

  #limit(peer: Hypercore.Peer): void {
    const line: Line = {
      received: 0,
      since: now(),
      best: NOTHING,
      bestBefore: NOTHING,
      elapsed: 0,
      heard: 0
    }
    this.#lines.set(peer, line)
    const send = peer._send.bind(peer)
    peer._send = (request) => {
      if (peer.inflight === 0) line.heard = now()
      this.#sent.set(request, { at: now(), received: line.received })
      return send(request)
    }
    const most = peer.getMaxInflight.bind(peer)
    peer.getMaxInflight = () => Math.min(most(), this.blocks(peer))
    peer.getMaxHotswapInflight = () => peer.getMaxInflight()
  }
}

// What `came` while a request was under way came at the peer's rate, or at less when it had too few of them.
function measure(line: Line, elapsed: number, came: number): void {
  if (now() - line.since > SPAN) {
    line.bestBefore = line.best
    line.best = NOTHING
    line.since = now()
  }
  line.elapsed += (elapsed - line.elapsed) / (line.elapsed === 0 ? 1 : 4)
  line.best = {
    rate: Math.max(line.best.rate, came / elapsed),
    quickest: Math.min(line.best.quickest, elapsed)
  }
}

import b4a from 'b4a'
import Channel from 'blind-peer-muxer'
import type Hypercore from 'hypercore'
import type Hyperswarm from 'hyperswarm'
import { nextHeld, nextMissing } from '../log/kept.js'
import { now } from '../log/clock.js'
import type { Holders } from './holders.js'

// ms
const ASK_AGAIN = 60_000
const SILENT = 15_000
const IDLE = 5000

/** What has come of asking a blind peer to keep a log. */
export type BlindPeerNews =
  /** It is asked from now on; `peerKey` is the key that it knows us by. */
  | { what: 'asked'; peerKey: Uint8Array }
  /** It has so many of the blocks. */
  | { what: 'kept'; held: number; length: number }
  /** It has not all that is here, and asks for no more. */
  | { what: 'lacks' }
  /** It does not answer. */
  | { what: 'silent' }
  /** A peer with this key answers, and is no blind peer. */
  | { what: 'none' }

interface Hooks {
  onblindpeer: (news: BlindPeerNews) => void
  /** Who has how much of the log. */
  holders: Holders
}

/** Has a blind peer keep a log, and asks it again when it has been away. Tells each kind of news once. */
export class BlindPeer {
  readonly key: Uint8Array
  readonly #core: Hypercore
  readonly #holders: Holders
  readonly #tell: (news: BlindPeerNews) => void
  readonly #told = new Set<BlindPeerNews['what']>()
  readonly #timers: (() => void)[] = []
  #swarm: Hyperswarm | null = null
  #known = 0
  #askedAt = 0 // when it was asked, or has asked for a block

  constructor(core: Hypercore, key: Uint8Array, { holders, onblindpeer }: Hooks) {
    this.#core = core
    this.key = key
    this.#holders = holders
    this.#tell = onblindpeer
    core.on('upload', (_index, _size, { remotePublicKey }) => {
      if (this.is(remotePublicKey)) this.#askedAt = now()
    })
    core.on('close', () => {
      for (const stop of this.#timers.splice(0)) stop()
    })
  }

  /** Looks for it by `swarm` from now on. */
  join(swarm: Hyperswarm): void {
    this.#swarm = swarm
    swarm.joinPeer(this.key)
    this.#once({ what: 'asked', peerKey: swarm.keyPair.publicKey })
    if (this.#timers.length > 0 || this.#core.closing) return
    // Hyperswarm 4.17.2 waits ten minutes after four failures, unless it is told again.
    const again = setInterval(() => {
      if (!this.#peer) this.#swarm!.joinPeer(this.key)
    }, ASK_AGAIN)
    const silence = setTimeout(() => {
      if (!this.#peer) this.#once({ what: 'silent' })
    }, SILENT)
    this.#holders.watch(() => this.#look())
    this.#timers.push(
      () => clearInterval(again),
      () => clearTimeout(silence)
    )
  }

  /** Whether that is the key of the blind peer. */
  is(publicKey: Uint8Array): boolean {
    return b4a.equals(publicKey, this.key)
  }

  /** Asks it, when it is at the other side of `connection`, where the log is replicated already. */
  ask(connection: Hyperswarm.Connection): void {
    if (!this.is(connection.remotePublicKey)) return
    const { key, length } = this.#core
    this.#known = length
    this.#askedAt = now()
    let isOpen = false
    const channel = new Channel(connection, {
      // The log's key is told to a blind peer alone.
      onopen: () => {
        isOpen = true
        channel.addCores({ cores: [{ key, length }], referrer: null, priority: 0, announce: true })
      },
      // It has nothing to say here.
      oncores: () => connection.destroy(),
      onclose: () => {
        if (!isOpen && !connection.destroying) this.#once({ what: 'none' })
      }
    })
  }

  get #peer(): Hypercore.Peer | undefined {
    return this.#core.peers.find(({ remotePublicKey }) => this.is(remotePublicKey))
  }

  #look(): boolean {
    const { length } = this.#core
    const held = this.#holders.held('blind')
    const hasAll = held >= length || (this.#known > 0 && held >= this.#known)
    const isKept = held > 0 && hasAll
    if (isKept) this.#once({ what: 'kept', held, length: Math.max(held, length) })
    else if (this.#isIdle) this.#once({ what: 'lacks' })
    return isKept
  }

  // It knows how long the log is, and could get all of it here.
  get #isIdle(): boolean {
    const { length } = this.#core
    const peer = this.#peer
    const end = nextMissing(this.#core, nextHeld(this.#core, 0) ?? 0)
    if (!peer || length === 0 || end < length || peer.remoteLength < length) return false
    return peer.protomux.drained && now() - this.#askedAt > IDLE
  }

  #once(news: BlindPeerNews): void {
    if (this.#told.has(news.what)) return
    this.#told.add(news.what)
    this.#tell(news)
  }
}

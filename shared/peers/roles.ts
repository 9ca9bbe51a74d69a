import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { sign, verify } from 'hypercore-crypto'

const EXTENSION = 'pearlog/role'
// Before the key that the writer has in the swarm. What Hypercore signs with the same key is of another
// length and begins otherwise.
const STATEMENT = b4a.from('pearlog: the writer of this log has this key in the swarm: ')

const NOTHING = new Uint8Array(0)

/** Whom a log is shared with. Peers of other programs, and of pearlog 0.1.0, do not say what they are. */
export interface Company {
  writer: boolean
  readers: number
  unknown: number
  /** It is here, and not among the others. */
  blindPeer?: true
}

type Role = 'writer' | 'reader' | null

/**
 * Tells peers what this one is, and takes in what they are: the writer proves it with the log's key. A
 * peer that says it is a reader is believed, since nothing depends on that.
 */
export class Roles {
  readonly #core: Hypercore
  readonly #extension: Hypercore.Extension
  readonly #blindPeer: Uint8Array | undefined
  readonly #told = new WeakMap<Hypercore.Peer, Uint8Array>()
  readonly #known = new WeakMap<Hypercore.Peer, Role>()

  /** Calls `onchange` when a peer has told its role. */
  constructor(core: Hypercore, onchange: () => void, blindPeer?: Uint8Array) {
    this.#core = core
    this.#blindPeer = blindPeer
    this.#extension = core.registerExtension(EXTENSION, {
      onmessage: (proof, peer) => {
        if (this.#told.has(peer)) return // once is enough
        this.#told.set(peer, proof)
        onchange()
      }
    })
    core.on('peer-add', (peer) => this.#introduce(peer))
  }

  #introduce(peer: Hypercore.Peer): void {
    const { writable, keyPair } = this.#core
    const proof =
      writable && keyPair
        ? sign(statement(peer.protomux.stream.publicKey), keyPair.secretKey)
        : NOTHING
    this.#extension.send(proof, peer)
  }

  get company(): Company {
    const { peers, writable } = this.#core
    const isBlind = ({ remotePublicKey }: Hypercore.Peer): boolean =>
      this.#blindPeer !== undefined && b4a.equals(remotePublicKey, this.#blindPeer)
    const helper = peers.some(isBlind) ? { blindPeer: true as const } : {}
    const others = peers.filter((peer) => !isBlind(peer))
    const roles = others.map((peer) => (writable ? 'reader' : this.#roleOf(peer)))
    const count = (role: Role): number => roles.filter((other) => other === role).length
    const [writer, readers, unknown] = [count('writer') > 0, count('reader'), count(null)]
    // A log has one writer: with it known, all others are readers.
    return writer
      ? { writer, readers: readers + unknown, unknown: 0, ...helper }
      : { writer, readers, unknown, ...helper }
  }

  #roleOf(peer: Hypercore.Peer): Role {
    const known = this.#known.get(peer)
    if (known !== undefined) return known
    const proof = this.#told.get(peer)
    if (!proof) return null
    if (proof.byteLength === 0) return 'reader'
    const { manifest } = this.#core
    if (!manifest) return null // it comes with the first block
    const signed = statement(peer.remotePublicKey)
    const isWriter = manifest.signers.some(({ publicKey }) => verify(signed, proof, publicKey))
    this.#known.set(peer, isWriter ? 'writer' : null)
    return isWriter ? 'writer' : null
  }
}

function statement(swarmKey: Uint8Array): Uint8Array {
  return b4a.concat([STATEMENT, swarmKey])
}

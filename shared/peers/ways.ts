import b4a from 'b4a'
import type Hyperswarm from 'hyperswarm'
import { UsageError } from '../log/errors.js'
import { splitKey } from '../log/key.js'
import type { SharedSwarm } from './shared-swarm.js'

/** Where to enter the DHT, the public nodes when left out; and who helps, each by a public key. */
export interface Network {
  bootstrap?: Hyperswarm.Node[]
  nodes?: Hyperswarm.Node[]
  /** Keeps the log. */
  blindPeer?: Uint8Array
  /** Passes on packets where there is no direct way. */
  relayThrough?: Uint8Array
  /** A swarm that is there for several logs, which no blind peer keeps; one of its own when left out. */
  shared?: SharedSwarm
}

/** Throws a UsageError when a log's key is given for that of a peer, or the secret that `key` may have. */
export function refuseLogKey(key: Uint8Array, network: Network = {}): void {
  for (const [flag, given] of [
    ['--blind-peer', network.blindPeer],
    ['--relay', network.relayThrough]
  ] as const) {
    const { key: own, secret } = splitKey(key)
    if (!given || ![own, secret].some((part) => part && b4a.equals(given, part))) continue
    throw new UsageError(
      `${flag} takes the key of a peer, and this is the key of the log: give the key that the peer's operator names`
    )
  }
}

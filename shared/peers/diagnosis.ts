import type { Facts } from './facts.js'

/** Why nobody who has the log has answered, as far as it can be known. */
export type Reason =
  /** This machine has no address that leads to another one. */
  | 'no network'
  /** The names of the DHT nodes have no address. */
  | 'no node has an address'
  /** DHT nodes were asked, and none answers: a wrong address looks the same as a firewall. */
  | 'no node answers'
  /** The DHT is asked who shares the log. */
  | 'looking'
  /** Somebody is announced, and being tried. */
  | 'trying'
  | 'nobody is announced'
  /** Somebody is announced, and the DHT nodes that knew the way get no answer either. */
  | 'gone'
  /** It answers through DHT nodes, and nothing comes through on the direct way. */
  | 'blocked'
  /** As that; and both NATs give another port to each destination, which no hole punching gets through. */
  | 'random ports'
  /** It answers, and never proves that it has the key. */
  | 'unproven'
  /** Those that have the key are as new here as this one. */
  | 'uninformed'

// Of HyperDHT 6.34.0: what fails after the other side's handshake has come by way of a DHT node.
const BOTH_RANDOM = 'HOLEPUNCH_DOUBLE_RANDOMIZED_NATS'
const UP = /HOLEPUNCH|^REMOTE_|^NOTHING_CAME$/

/** Null when somebody who has the log is here. */
export function diagnose(facts: Facts): Reason | null {
  const { nodes, failures } = facts
  if (facts.informed > 0) return null
  if (facts.peers > 0) return 'uninformed'
  if (!facts.isOnline) {
    if (!facts.hasNetwork && !nodes.every(isLoopback)) return 'no network'
    return facts.asked === 0 ? 'no node has an address' : 'no node answers'
  }
  if (failures.includes(BOTH_RANDOM)) return 'random ports'
  if (failures.some((code) => UP.test(code))) return 'blocked'
  if (failures.includes('NO_PROOF')) return 'unproven'
  if (failures.length > 0) return 'gone'
  if (facts.announced > 0) return 'trying'
  return facts.hasLookedUp ? 'nobody is announced' : 'looking'
}

function isLoopback(node: string): boolean {
  return /^(127\.|localhost:)/.test(node)
}

/** What a NAT does with ports: of HyperDHT's FIREWALL. */
export const NATS = ['unknown', 'none', 'one port', 'random ports'] as const
export type Nat = (typeof NATS)[number]

/** What has come of looking for peers so far. */
export interface Facts {
  /** Where the DHT is to be entered, as host:port. */
  nodes: string[]
  /** This machine has an IPv4 address besides those that lead back to it; HyperDHT has no use for IPv6. */
  hasNetwork: boolean
  /** Requests that were sent to DHT nodes. */
  asked: number
  /** DHT nodes answer now. */
  isOnline: boolean
  /** The DHT was asked for the log's peers, and was through with it. */
  hasLookedUp: boolean
  /** Peers that were found, and are connected or to be tried again. */
  announced: number
  /** What went wrong of late with peers that were found: codes of HyperDHT, NOTHING_CAME, NO_PROOF. */
  failures: string[]
  /** Those that have the key and are connected, and those of them that know what is in the log. */
  peers: number
  informed: number
  /** What the DHT sees of this machine: its address, and whether a NAT gives it another port for each peer. */
  address: string | null
  hasRandomPorts: boolean
  /** The NATs of this side and of the peer that was tried last. */
  nats: { here: Nat; there: Nat } | null
  /** What came of trying the relay last: `connected`, or HyperDHT's code; null when it was not tried. */
  relay: string | null
  /** There is one to be tried. */
  hasRelay: boolean
}

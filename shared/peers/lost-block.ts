import type Hypercore from 'hypercore'

const CHECK = 2000 // ms
const PATIENCE = 5 // checks

/**
 * Tells once, through `onlost`, of each block that is waited for and that nobody here has: its writer has
 * announced it and lost it before anybody had it, or a blind peer has cleared it. `next` is the index of the
 * block that is waited for; `onlost` gets it, and that of the first one after it that somebody here has.
 */
export function watchForLost(
  core: Hypercore,
  next: () => number,
  onlost: (index: number, after: number) => void
): void {
  let waited = -1
  let checks = 0
  const timer = setInterval(() => {
    const index = next()
    if (index >= core.length || !nobodyHas(core, index)) {
      checks = 0
      return
    }
    if (index !== waited) checks = 0
    waited = index
    if (++checks === PATIENCE) onlost(index, nextAt(core, index))
  }, CHECK)
  core.on('close', () => clearInterval(timer))
}

function nobodyHas({ peers }: Hypercore, index: number): boolean {
  return peers.length > 0 && peers.every((peer) => peer.remoteSynced && !has(peer, index))
}

// The length when there is none.
function nextAt({ peers, length }: Hypercore, index: number): number {
  const found = peers.map(({ remoteBitfield }) => remoteBitfield.findFirst(true, index))
  return Math.min(length, ...found.filter((next) => next !== -1))
}

function has({ remoteContiguousLength, remoteBitfield }: Hypercore.Peer, index: number): boolean {
  return index < remoteContiguousLength || remoteBitfield.get(index)
}

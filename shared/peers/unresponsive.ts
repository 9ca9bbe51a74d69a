import type Hypercore from 'hypercore'

// A peer tells how the log goes on when asked: Hypercore asks one peer, and waits as long as it is connected.
// With others to ask, it has 5 s, and each next time twice that, so that no slow link is cut for ever.
const CHECK = 1000 // ms
const PATIENCE = 5 // checks
const MOST_PATIENCE = 40

/** Disconnects a peer of `core` that holds up the others by not answering. */
export function disconnectUnresponsive(core: Hypercore): void {
  let asked: unknown = null
  let checks = 0
  let patience = PATIENCE
  const timer = setInterval(() => {
    const { _upgrade: upgrade } = core.replicator
    const request = upgrade?.inflight[0]
    if (request !== asked) checks = 0
    asked = request
    if (!request || core.peers.length === 1 || ++checks < patience) return
    request.peer.stream.destroy()
    patience = Math.min(patience * 2, MOST_PATIENCE)
  }, CHECK)
  core.on('append', () => (patience = PATIENCE))
  core.on('close', () => clearInterval(timer))
}

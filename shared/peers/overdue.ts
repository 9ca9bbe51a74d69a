import type Hypercore from 'hypercore'

const CHECK = 1000 // ms
const PATIENCE = 5 // checks, at first, and
const MOST_PATIENCE = 40

/**
 * Sends a peer away that was asked how the log goes on and does not answer, when there are others to ask:
 * Hypercore asks one at a time, and waits for it as long as it is connected. Each time it has more
 * patience, until there is an answer, so that a slow link is not cut again and again.
 */
export function sendAwayOverdue(core: Hypercore): void {
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

import safetyCatch from 'safety-catch'
import { waitAtMost } from '../log/timeout.js'
import type { Swarm } from './topic.js'

const FLUSH_TIMEOUT = 1000 // ms
const LEAVE_TIMEOUT = 2000 // ms

/**
 * Lets out what is on its way to peers, and unannounces, so that nobody tries a peer that is gone. Without a
 * network nobody would hear of it.
 */
export async function leave(swarm: Swarm): Promise<void> {
  const flushed = Promise.all([...swarm.connections].map((connection) => connection.flush()))
  await waitAtMost(FLUSH_TIMEOUT, flushed)
  const left = swarm.destroy()
  if (swarm.dht.nodes.length > 0) await waitAtMost(LEAVE_TIMEOUT, left)
  else left.catch(safetyCatch)
}

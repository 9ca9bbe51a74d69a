import type Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import type { Node } from './network.js'

/** Shares a core as a bare-bones program of Hypercore and Hyperswarm does, and tells what peers send. */
export function share(
  core: Hypercore,
  bootstrap: Node[],
  ondata: (data: Uint8Array) => void = () => {}
): Hyperswarm {
  const swarm = new Hyperswarm({ bootstrap })
  swarm.on('connection', (connection) => {
    connection.on('error', () => {})
    core.replicate(connection)
    connection.on('data', (data) => ondata(data as Uint8Array))
  })
  swarm.join(core.discoveryKey)
  return swarm
}

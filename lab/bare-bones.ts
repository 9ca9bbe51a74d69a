import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import type { Node } from './network.js'
import type { Scope } from './scope.js'

/**
 * A core that a bare-bones program of Hypercore and Hyperswarm shares until the scope ends: one of its own,
 * or a copy of that with `key`. `ondata` gets what peers send;
 * a core of its own is `made` so.
 */
export async function bareBones(
  scope: Scope,
  bootstrap: Node[],
  key: Uint8Array | null,
  ondata: (data: Uint8Array) => void = () => {},
  made: Hypercore.Options = {}
): Promise<Hypercore> {
  const core = new Hypercore(await scope.tmp(), key, made)
  await core.ready()
  const swarm = new Hyperswarm({ bootstrap })
  swarm.on('connection', (connection) => {
    connection.on('error', () => {})
    core.replicate(connection)
    connection.on('data', (data) => ondata(data as Uint8Array))
  })
  swarm.join(core.discoveryKey)
  scope.teardown(async () => {
    await swarm.destroy()
    await core.close()
  })
  return core
}

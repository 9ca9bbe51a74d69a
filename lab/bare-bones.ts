import Hypercore from 'hypercore'
import type { Test } from 'brittle'
import type { Node } from './network.js'
import { share } from './share.js'

/** A core that is shared without pearlog until the test ends: one of its own, or a copy of that with `key`. */
export async function bareBones(
  t: Test,
  bootstrap: Node[],
  key: Uint8Array | null,
  ondata?: (data: Uint8Array) => void
): Promise<Hypercore> {
  const core = new Hypercore(await t.tmp(), key)
  await core.ready()
  const swarm = share(core, bootstrap, ondata)
  t.teardown(async () => {
    await swarm.destroy()
    await core.close()
  })
  return core
}

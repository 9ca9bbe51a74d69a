import { randomBytes } from 'hypercore-crypto'
import type { Network } from '../peers/replicated-core.js'
import { SharedSwarm } from '../peers/shared-swarm.js'
import { InUse } from './failures.js'
import { SharedStore } from './shared-store.js'

/** What several copies have together. */
export interface Together {
  /** Null when another process has it, and these are looks: they read through that one. */
  store: SharedStore | null
  /** One swarm for all of them. */
  network: Network
  /** When all of them are closed. */
  close(): Promise<void>
}

/** Opens the database in `dir`, and a swarm that is the same peer whenever it has this database. */
export async function openTogether(
  dir: string,
  { network, look }: { network: Network; look: boolean }
): Promise<Together> {
  const store = await SharedStore.open(dir).catch((err: unknown) => {
    if (look && err instanceof InUse) return null
    throw err
  })
  const shared = new SharedSwarm({ ...network, seed: store?.seed ?? randomBytes(32) })
  return {
    store,
    network: { ...network, shared },
    close: async () => {
      await shared.close()
      await store?.end()
    }
  }
}

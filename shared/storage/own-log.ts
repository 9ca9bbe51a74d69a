import type { Keep } from '../log/kept.js'
import type { Network, ReplicatedCore } from '../peers/replicated-core.js'
import { isLog } from './folder.js'
import { writerFolder } from './layout.js'
import { importLog, requireLog } from './move-log.js'
import { openLog } from './open-log.js'

interface Host {
  storage: string
  network: Network
  flags: {
    sync: boolean
    keep: Keep | null
    onlyCopy: boolean
    compress: boolean
    encrypt: boolean
    export: boolean
    import: string | null
  }
}

/** Opens the writer's log of this name in the storage folder, or makes it, as the flags of a writer say. */
export async function openOwnLog(
  { storage, network, flags }: Host,
  name: string
): Promise<{ log: ReplicatedCore; isNew: boolean }> {
  const { sync, keep, onlyCopy, compress, encrypt } = flags
  const dir = writerFolder(storage, name)
  if (flags.export || onlyCopy) requireLog(dir)
  if (flags.import !== null) await importLog(flags.import, dir)
  const isNew = !isLog(dir)
  const kind = { compressed: compress, encrypted: encrypt }
  const log = await openLog(dir, { network, sync, keep, onlyCopy, kind })
  return { log, isNew }
}

import type Hypercore from 'hypercore'
import { randomBytes } from 'hypercore-crypto'
import { databaseIn, KEEPING } from './database.js'
import { isUntied, untieBy } from './tie.js'

/** Opens the database in `dir`, which several logs share. Any of them may be one of which a part stays. */
export async function openDatabase(dir: string): Promise<Hypercore.Storage> {
  const open = async (): Promise<Hypercore.Storage> => {
    const storage = databaseIn(dir, KEEPING)
    await storage.ready()
    return storage
  }
  return open().catch(async (err: unknown) => {
    if (!isUntied(err)) throw err
    await untieBy(dir, async (storage) => {
      await renewSeed(storage)
      await storage.close()
    })
    return open()
  })
}

/** What makes those who have this database the same peer after a restart. */
export async function seedOf(storage: Hypercore.Storage): Promise<Uint8Array> {
  return (await storage.getSeed()) ?? (await renewSeed(storage))
}

async function renewSeed(storage: Hypercore.Storage): Promise<Uint8Array> {
  const seed = randomBytes(32)
  await storage.setSeed(seed)
  return seed
}

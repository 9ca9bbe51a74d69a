import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { isDamage } from '../log/errno.js'

// Of rocksdb-native; the system's error is the cause.
const NOT_WRITTEN = 'Batch was not applied'
// Of reads that Hypercore has given up: a peer asked for what cannot be answered. The disk is well.
const GIVEN_UP = 'Batch is destroyed'

type Tell = (event: 'damaged' | 'mended' | 'storage-error', detail?: number | Error) => void

/**
 * Drops blocks of `core` that turn out to be damaged when they are read, for itself or for a peer, and
 * downloads them again: a read waits for that, and a peer is told that they are not here. Reading is where
 * it shows: a database is not read as a whole when it is opened. Tells `damaged`, with its index, `mended`
 * when all of these have come, and `storage-error` of what cannot be mended so, and of a
 * block that came and cannot be kept.
 */
export function mendBlocks(core: Hypercore, tell: Tell): void {
  const { storage } = core.core
  const dropping = new Map<number, Promise<void>>()
  const damaged = new Set<number>()

  const drop = async (index: number): Promise<void> => {
    await core.clear(index)
    damaged.add(index)
    tell('damaged', index)
    const download = core.download({ start: index, end: index + 1 })
    download.done().then(() => {
      damaged.delete(index)
      if (damaged.size === 0) tell('mended')
    }, safetyCatch)
  }

  const fail = (err: Error): never => {
    if (!core.closing && err.message !== GIVEN_UP) tell('storage-error', err)
    throw err
  }

  const mend = async (index: number, err: Error): Promise<null> => {
    if (core.closing || !isDamage(err)) return fail(err)
    if (!dropping.has(index)) {
      dropping.set(
        index,
        drop(index).finally(() => dropping.delete(index))
      )
    }
    await dropping.get(index)!.catch(fail)
    return null
  }

  // Any other error is about what a peer sent.
  core.on('verification-error', (err) => {
    if (err.message === NOT_WRITTEN) tell('storage-error', err)
  })

  const read = storage.read.bind(storage)
  storage.read = (...args) => {
    const rx = read(...args)
    const getBlock = rx.getBlock.bind(rx)
    rx.getBlock = (index) => getBlock(index).catch((err: Error) => mend(index, err))
    for (const name of ['getTreeNode', 'getUserData', 'getBitfieldPage'] as const) {
      const get = rx[name].bind(rx)
      rx[name] = (of: unknown) => get(of).catch(fail)
    }
    return rx
  }
}

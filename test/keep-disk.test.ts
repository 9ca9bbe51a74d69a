import fs from 'bare-fs'
import path from 'bare-path'
import test from 'brittle'
import type Hypercore from 'hypercore'
import { NOWHERE } from '../lab/network.js'
import { sleep } from '../lab/time.js'
import { openLog } from '../shared/index.js'
import { databaseIn } from '../shared/storage/database.js'
import { measureFolder } from '../shared/storage/measure-folder.js'

const MB = 1_000_000

test('the disk of a log with --keep stays small, though the log is long', async (t) => {
  const dir = await t.tmp()
  const keep = 100 * MB
  const log = await openLog(dir, { network: { bootstrap: NOWHERE }, keep, sync: false })
  t.teardown(() => log.close())
  const db = path.join(dir, 'db')
  const most = { disk: 0 }
  const append = async (blocks: Buffer[]): Promise<void> => {
    await log.core.append(blocks)
    most.disk = Math.max(most.disk, sizeOf(db, /\.blob$/))
  }
  // The hashes of these stay: the more there are, the longer RocksDB waits with what is cleared.
  for (let i = 0; i < 200; i++) await append(Array.from({ length: 1000 }, () => Buffer.from('x\n')))
  for (let i = 0; i < 4500; i++) await append([Buffer.alloc(64 * 1024, i)])
  t.comment(`${(most.disk / MB).toFixed(0)} MB at most`)
  t.ok(most.disk <= 1.5 * keep + 30 * MB, 'of 295 MB')
})

test('the notes of RocksDB do not grow for ever', async (t) => {
  const dir = await t.tmp()
  const open = async (): Promise<Hypercore.Storage> => {
    const storage = databaseIn(dir, {})
    await storage.ready()
    return storage
  }
  for (let i = 0; i < 3; i++) await (await open()).close()
  const storage = await open()
  t.teardown(() => storage.close())
  const db = path.join(dir, 'db')
  t.is(fs.readdirSync(db).filter((name) => name.startsWith('LOG')).length, 2, 'of two starts')
  fs.appendFileSync(path.join(db, 'LOG'), Buffer.alloc(2 * MB, 'x'))
  while (sizeOf(db, /^LOG$/) > MB) await sleep(100)
  t.pass('emptied while it is open')
})

function sizeOf(dir: string, names: RegExp): number {
  const files = fs.readdirSync(dir).filter((name) => names.test(name))
  return files.reduce((sum, name) => sum + measureFolder(path.join(dir, name)).disk, 0)
}

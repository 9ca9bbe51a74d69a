// Folders that are not where they were made: moved to another disk, copied, or restored.
import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { FROM_START } from '../lab/commands.js'
import { SIGTERM } from '../lab/signals.js'

test("a reader's folder is taken where it is now, with its position, even beside the old one", async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  w.type('one\n')
  const first = reader(t, key, { bootstrap, storage, flags: FROM_START })
  await first.prints('one\n')
  await first.stop(SIGTERM)
  const copies = [await t.tmp(), await t.tmp()]
  for (const copy of copies) fs.cpSync(storage, copy, { recursive: true })
  const readers = [storage, ...copies].map((folder) => {
    return reader(t, key, { bootstrap, storage: folder, flags: ['--raw'] })
  })
  w.type('two\n')
  for (const r of readers) {
    await r.prints('two\n')
    t.is(r.stdout, 'two\n')
  }
  for (const r of readers) await r.stop(SIGTERM)
  const again = reader(t, key, { bootstrap, storage: copies[0]!, flags: ['--raw', '--exit'] })
  t.is(await again.ended, 0)
  t.is(again.stdout, '')
})

test("a writer's folder in a reader's place is refused, and left as it is", async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage, flags: ['--until-sync', '0'] })
  const key = await w.key()
  w.endInput()
  await w.ended
  const place = await t.tmp()
  const first = reader(t, key, { bootstrap, storage: place })
  await first.says('looking for peers')
  await first.stop(SIGTERM)
  const [name] = fs.readdirSync(path.join(place, 'reader-storage'))
  const dir = path.join(place, 'reader-storage', String(name))
  fs.rmSync(dir, { recursive: true })
  fs.cpSync(path.join(storage, 'writer-storage'), dir, { recursive: true })
  const tie = fs.readFileSync(path.join(dir, 'CORESTORE'), 'utf8')
  const r = reader(t, key, { bootstrap, storage: place })
  t.is(await r.ended, 1)
  t.ok(/error: the log in \S+ is a writer's, and not a copy/.test(r.stderr), r.stderr)
  t.is(fs.readFileSync(path.join(dir, 'CORESTORE'), 'utf8'), tie)
})

test("--only-copy goes on with a writer's folder from a backup, after readers were asked", async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, backup] = [await t.tmp(), await t.tmp()]
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  first.type('one\n')
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await r.prints('one\n')
  await first.stop(SIGTERM)
  fs.cpSync(storage, backup, { recursive: true })
  const second = writer(t, { bootstrap, storage })
  second.type('two\n')
  await r.prints('two\n')
  await second.stop(SIGTERM)
  fs.rmSync(path.join(storage, 'writer-storage'), { recursive: true })

  const refused = writer(t, { bootstrap, storage: backup })
  t.is(await refused.ended, 1)
  t.ok(
    /or, if no other copy is ever written again, go on here with --only-copy/.test(refused.stderr)
  )
  const third = writer(t, { bootstrap, storage: backup, flags: ['--only-copy'] })
  t.is(await third.key(), key)
  third.type('three\n')
  await r.prints('three\n')
  t.is(r.stdout, 'one\ntwo\nthree\n')
  t.ok(third.stderr.includes('the last 1 of 2 blocks come from a reader\n'), third.stderr)

  const open = writer(t, { bootstrap, storage: backup, flags: ['--only-copy'] })
  t.is(await open.ended, 1)
  t.ok(/is in use by another pearlog/.test(open.stderr), open.stderr)
  await third.stop(SIGTERM)
  const fourth = writer(t, { bootstrap, storage: backup })
  fourth.type('four\n')
  await r.prints('four\n')
  await fourth.stop(SIGTERM)
})

test('--only-copy says when no reader could be asked, and needs a log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, copy] = [await t.tmp(), await t.tmp()]
  const flags = ['--only-copy', '--until-sync', '0']
  const none = writer(t, { bootstrap, storage, flags })
  t.is(await none.ended, 2)
  t.ok(/there is no log in /.test(none.stderr), none.stderr)
  const w = writer(t, { bootstrap, storage, flags: ['--until-sync', '0'] })
  const key = await w.key()
  w.endInput()
  t.is(await w.ended, 0)
  fs.cpSync(storage, copy, { recursive: true })
  const alone = writer(t, { bootstrap, storage: copy, flags })
  alone.endInput()
  t.is(await alone.ended, 0, alone.stderr)
  t.is(await alone.key(), key)
  t.ok(/no reader is there to ask for newer blocks/.test(alone.stderr), alone.stderr)
})

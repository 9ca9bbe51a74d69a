import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from './helpers/app.js'

const TERM = 15
const NOWHERE = [{ host: '127.0.0.1', port: 9 }]
const ON_DISK = ['--until-sync', '0']

test('a log goes on in another place, under its key, and nowhere else', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [old, elsewhere] = [await t.tmp(), await t.tmp()]
  const first = writer(t, { bootstrap, storage: old })
  const key = await first.key()
  first.type('here\n')
  const r = reader(t, key, {
    bootstrap,
    storage: await t.tmp(),
    flags: ['--from', '0', '--raw']
  })
  await r.prints('here\n')
  await first.stop(TERM)

  const end = writer(t, { bootstrap, storage: old, flags: ['--export'] })
  t.is(await end.ended, 0)
  t.is(await end.key(), key)
  const copy = path.join(elsewhere, 'copy')
  fs.cpSync(path.join(old, 'writer-storage'), copy, { recursive: true })

  const second = writer(t, { bootstrap, storage: elsewhere, flags: ['--import', copy] })
  t.is(await second.key(), key)
  second.type('there\n')
  await r.prints('there\n')
  await second.stop(TERM)
  const third = writer(t, { bootstrap, storage: elsewhere })
  t.is(await third.key(), key)
  third.type('and on\n')
  await r.prints('and on\n')
  t.is(r.stdout, 'here\nthere\nand on\n')

  for (const [what, storage, flags, message] of [
    ['the old place', old, [], /was exported, to be written elsewhere/],
    ['a second import', await t.tmp(), ['--import', copy], /was imported before/]
  ] as const) {
    const other = writer(t, { bootstrap, storage, flags: [...flags] })
    t.is(await other.ended, 1, what)
    t.ok(message.test(other.stderr), other.stderr)
    t.is(other.stdout, '')
  }
})

test('an export is taken back where it was', async (t) => {
  const storage = await t.tmp()
  const first = writer(t, { bootstrap: NOWHERE, storage, flags: ON_DISK })
  first.endInput()
  await first.ended
  await writer(t, { bootstrap: NOWHERE, storage, flags: ['--export'] }).ended

  const own = path.join(storage, 'writer-storage')
  for (const flags of [['--import', own], []]) {
    const again = writer(t, { bootstrap: NOWHERE, storage, flags: [...flags, ...ON_DISK] })
    again.endInput()
    t.is(await again.ended, 0)
    t.is(await again.key(), await first.key())
  }
})

test('a log that is written here can neither be imported nor covered by another', async (t) => {
  const [here, exported] = [await t.tmp(), await t.tmp()]
  for (const storage of [here, exported]) {
    const w = writer(t, { bootstrap: NOWHERE, storage, flags: ON_DISK })
    w.endInput()
    await w.ended
  }
  await writer(t, { bootstrap: NOWHERE, storage: exported, flags: ['--export'] }).ended

  const folder = path.join(here, 'writer-storage')
  const other = path.join(exported, 'writer-storage')
  for (const [storage, flags, message] of [
    [await t.tmp(), ['--import', folder], /is not an exported log: stop its writer, and start it/],
    [here, ['--import', other], /there is a log in \S+ already: choose another folder/],
    [await t.tmp(), ['--export'], /there is no log in /],
    [here, ['--export', '--import', other], /choose one of --export and --import/]
  ] as const) {
    const wrong = writer(t, { bootstrap: NOWHERE, storage, flags: [...flags] })
    t.is(await wrong.ended, 2)
    t.ok(message.test(wrong.stderr), wrong.stderr)
    t.is(wrong.stdout, '')
  }
  const w = writer(t, { bootstrap: NOWHERE, storage: here, flags: ON_DISK })
  w.endInput()
  t.is(await w.ended, 0, 'it is as it was')
})

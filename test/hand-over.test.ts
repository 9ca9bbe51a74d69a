import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import { randomBytes } from 'hypercore-crypto'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'

for (const [what, size] of [
  ['a file', 60_000_000],
  ['an empty file', 0]
] as const) {
  test(`${what} is handed over, and both ends end`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const file = path.join(await t.tmp(), 'input')
    const input = randomBytes(size)
    fs.writeFileSync(file, input)
    const flags = ['--until-sync', '1']
    const w = writer(t, { bootstrap, storage: await t.tmp(), input: file, flags })
    // At once, while the writer still reads the file.
    const r = reader(t, await w.key(), {
      bootstrap,
      storage: await t.tmp(),
      flags: ['--from', '0', '--raw', '--exit']
    })
    t.is(await r.ended, 0)
    t.is(await w.ended, 0)
    t.ok(b4a.equals(r.bytes, input))
    t.ok(w.stderr.includes('1 reader holds the whole log\n'))
  })
}

test('--until-sync counts readers, those that have left included, and none twice', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--until-sync', '2'] })
  const key = await w.key()
  w.type('one\n')
  w.endInput()
  await w.says('all committed')

  const storage = await t.tmp()
  const flags = ['--from', '0', '--exit']
  for (let i = 0; i < 2; i++) t.is(await reader(t, key, { bootstrap, storage, flags }).ended, 0)
  // One that follows without the block that was there before.
  const other = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '1'] })
  await other.prints('Skipping 1')
  t.absent(w.stderr.includes('the whole log'))

  t.is(await reader(t, key, { bootstrap, storage: await t.tmp(), flags }).ended, 0)
  t.is(await w.ended, 0)
  t.ok(w.stderr.includes('2 readers hold the whole log\n'))
})

test('--until-sync counts a reader that had all before the input ended, and left', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--until-sync', '1'] })
  w.type('one\n')
  const flags = ['--from', '0', '--count', '1']
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags })
  t.is(await r.ended, 0)
  t.is(r.stdout, 'Skipping 0 earlier blocks...\nBlock 0: one\n')
  w.endInput()
  t.is(await w.ended, 0)
})

test('--until-sync 0 stops once all is on disk', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  for (const length of [1, 2]) {
    const w = writer(t, { bootstrap, storage, flags: ['--until-sync', '0'] })
    w.type('a line\n')
    w.endInput()
    t.is(await w.ended, 0)
    t.ok(w.stderr.includes(`all committed: length ${length}\n`))
  }
})

test('--until-sync serves who follows while the input goes on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--until-sync', '1'] })
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  w.type('one\n')
  await r.prints('one\n')
  w.type('two\n')
  w.endInput()
  t.is(await w.ended, 0)
  await r.prints('two\n')
})

test('--binary makes blocks of bytes as they come', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--binary'] })
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  w.type('no newline')
  await r.prints('Block 0: no newline\n')
  w.type('one\ntwo')
  await r.prints('Block 1: one\ntwo\n')
  t.pass()
})

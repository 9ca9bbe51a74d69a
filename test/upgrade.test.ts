// test/fixtures/exported-by-0.1.0 is a log as `--export` of 0.1.0 (commit 81ae713, Hypercore 11.37.1) left it,
// without what RocksDB notes about the machine.
import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'

const KEY = 'b9d2bbd486d138cb4526050d0f6dbbd0195827f75fba2a8b805bf69fcbe450fc'
const FIXTURE = path.join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'exported-by-0.1.0')

test('a log of 0.1.0 goes on: its key, its blocks, and the next one', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const source = path.join(await t.tmp(), 'copy')
  fs.cpSync(FIXTURE, source, { recursive: true })
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--import', source] })
  t.is(await w.key(), KEY)
  w.type('and more\n')
  w.endInput()
  await w.says('all committed: length 3')
  const flags = ['--from', '0', '--raw', '--exit']
  const r = reader(t, KEY, { bootstrap, storage: await t.tmp(), flags })
  t.is(await r.ended, 0)
  t.is(r.stdout, 'one\ntwo añ漢😀\nthree, without an endand more\n')
})

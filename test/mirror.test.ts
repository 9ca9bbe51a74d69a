// Who keeps a log for others without showing it.
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import type { Program } from '../lab/program.js'
import { commandLine, FROM_START } from '../lab/commands.js'
import { readStatus } from '../shared/storage/status-file.js'
import { readerFolder } from '../shared/storage/layout.js'
import { parseCommandLine } from '../shared/host/command-line.js'
import * as definitions from '../shared/host/definitions.js'
import { parseKey } from '../shared/log/key.js'

const TERM = 15
const ALL = [...FROM_START, '--exit']

test('a mirror keeps all of a log, prints nothing, and gives it on when the writer is off', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const own = { bootstrap, storage: await t.tmp() }
  const first = writer(t, own)
  const key = await first.key()
  first.type('one\n')
  const storage = await t.tmp()
  const m = reader(t, key, { bootstrap, storage, flags: ['--mirror'] })
  await m.says('holds all of the log')
  await first.stop(TERM)
  const w = writer(t, { ...own, flags: ['--until-sync', '1'] })
  w.type('two\n')
  await w.says('serving 1 reader')
  w.type('three\n')
  w.endInput()
  t.is(await w.ended, 0, 'it counts for --until-sync, and goes on after a restart of the writer')

  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ALL })
  t.is(await r.ended, 0, r.stderr)
  t.is(r.stdout, 'one\ntwo\nthree\n')
  const look = reader(t, key, { bootstrap, storage, flags: ALL })
  t.is(await look.ended, 0, look.stderr)
  t.is(look.stdout, 'one\ntwo\nthree\n', 'a look reads its copy beside it')

  const dir = readerFolder(storage, parseKey(key))
  t.is(await m.stop(TERM), 143)
  t.is(m.stdout, '')
  const { held, length, position, synced } = readStatus(dir)!
  t.alike([held, position, synced], [length, null, true])
  const list = run(t, commandLine('reader', ['--list'], { bootstrap, storage }))
  t.is(await list.ended, 0)
  t.ok(/^mirror .* blocks .* holds all /.test(list.stdout), list.stdout)
})

test('--mirror --exit ends when it holds all, or when nobody is there', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  w.endInput()
  await w.says('all committed')
  const storage = await t.tmp()
  const key = await w.key()
  const flags = ['--mirror', '--exit']
  const m = reader(t, `web=${key}`, { bootstrap, storage, flags })
  t.is(await m.ended, 0, m.stderr)
  t.is(m.stdout, '')
  t.ok(/holds all of the log: 1 block, 4B\n/.test(m.stderr), m.stderr)
  await w.stop(TERM)
  const served = reader(t, key, { bootstrap, storage, flags: ['--mirror'] })
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ALL })
  t.is(await r.ended, 0, r.stderr)
  t.is(r.stdout, 'one\n')
  await served.stop(TERM)
})

test('several logs are kept by one mirror, which reads none of them', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [from, storage] = [await t.tmp(), await t.tmp()]
  const keys: string[] = []
  const writers = ['plain', 'secret'].map((name) => {
    const flags = ['--log', name, ...(name === 'secret' ? ['--encrypt'] : [])]
    return writer(t, { bootstrap, storage: from, flags })
  })
  for (const w of writers) {
    w.type('one\n')
    w.endInput()
    keys.push(await w.key())
    await w.says('all committed')
  }
  const [plain, secret] = keys as [string, string]
  const logs = [`plain=${plain}`, `secret=${secret.slice(0, 64)}`]
  const start = (flags: string[]): Program =>
    run(t, commandLine('reader', [...logs, '--mirror', ...flags], { bootstrap, storage }))
  const once = start(['--exit'])
  t.is(await once.ended, 0, once.stderr)
  t.is(once.stdout, '')
  const m = start([])
  await m.says('plain: holds all of the log')
  await m.says('secret: holds all of the log')
  for (const w of writers) await w.stop(TERM)
  for (const key of keys) {
    const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ALL })
    t.is(await r.ended, 0, r.stderr)
    t.is(r.stdout, 'one\n')
  }
  await m.stop(TERM)
})

test('what shows a log does not go with --mirror', async (t) => {
  for (const flags of [
    ['--from', '0'],
    ['--tail', '1'],
    ['--count', '1'],
    ['--output', 'x'],
    ['--raw'],
    ['--json'],
    ['--text'],
    ['--forget'],
    ['--list']
  ]) {
    const argv = ['a'.repeat(64), '--mirror', ...flags]
    const parse = async () => parseCommandLine('it', definitions.reader, [], argv)
    await t.exception(parse(), /choose one of .*--mirror/, flags[0])
  }
})

import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'

const CTRL_C = 2
const KILL = 9
const TERM = 15

test('what is typed at the writer appears at the reader', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('before\n')
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp() })
  await r.prints('Skipping 1 earlier blocks...\n')
  w.type('hello\n')
  await r.prints('Block 1: hello\n')
  w.type('and more, ')
  w.type('on one line\n')
  await r.prints('Block 2: and more, on one line\n')

  t.is(await r.stop(CTRL_C), 130)
  t.is(await w.stop(CTRL_C), 130)
  t.is(
    r.stdout,
    'Skipping 1 earlier blocks...\nBlock 1: hello\nBlock 2: and more, on one line\n',
    'standard output is data alone'
  )
  const key = await w.key()
  t.is(w.stdout, `hypercore key: ${key}\n`)
})

test('the writer restarts: same key, next index, and the reader misses nothing', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  first.type('one\n')
  await r.prints('Block 0: one\n')
  await first.stop(TERM)

  const second = writer(t, { bootstrap, storage })
  t.is(await second.key(), key)
  second.type('two\n')
  await r.prints('Block 1: two\n')
  await second.stop(KILL)

  const third = writer(t, { bootstrap, storage })
  third.type('three\n')
  await r.prints('Block 2: three\n')
  t.is(r.stdout, 'Skipping 0 earlier blocks...\nBlock 0: one\nBlock 1: two\nBlock 2: three\n')
})

test('the reader restarts: it carries on after the last block shown', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const storage = await t.tmp()
  const first = reader(t, key, { bootstrap, storage })
  await first.prints('Skipping 0')
  w.type('one\n')
  await first.prints('Block 0: one\n')
  t.is(await first.stop(CTRL_C), 130)

  w.type('two\n')
  w.endInput()
  await w.says('end of input')
  const second = reader(t, key, { bootstrap, storage })
  await second.prints('Block 1: two\n')
  t.is(second.stdout, 'Skipping 1 earlier blocks...\nBlock 1: two\n')
})

test('a reader that was stopped before it showed anything misses nothing', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  const key = await w.key()
  const storage = await t.tmp()
  const first = reader(t, key, { bootstrap, storage })
  await first.prints('Skipping 1')
  await first.stop(KILL)
  w.type('two\n')
  const second = reader(t, key, { bootstrap, storage })
  await second.prints('Skipping 1 earlier blocks...\nBlock 1: two\n')
  t.pass()
})

test('--from is not remembered before something is shown', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const storage = await t.tmp()
  const first = reader(t, key, { bootstrap, storage, flags: ['--from', '0'] })
  w.type('one\n')
  await first.prints('Block 0: one\n')
  await first.stop(TERM)
  const second = reader(t, key, { bootstrap, storage, flags: ['--from', '99'] })
  await second.says('waiting for block 99')
  await second.stop(TERM)
  w.type('two\n')
  const third = reader(t, key, { bootstrap, storage })
  await third.prints('Block 1: two\n')
  t.is(third.stdout, 'Skipping 1 earlier blocks...\nBlock 1: two\n')
})

test('the last words of a writer that is stopped reach those who listen', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const follow = async () => reader(t, key, { bootstrap, storage: await t.tmp() })
  const readers = [await follow(), await follow(), await follow()]
  w.type('first words\n')
  await Promise.all(readers.map((r) => r.prints('Skipping')))
  await w.says('serving 3 readers')
  w.type('last words')
  w.endInput()
  await w.says('end of input')
  await w.stop(CTRL_C)
  await Promise.all(readers.map((r) => r.prints('last words\n')))
  t.pass()
})

test('the writer is gone: a new reader gets the log from an old one', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  w.type('one\ntwo\n')
  const old = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await old.prints('two\n')
  await w.stop(TERM)

  const young = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await young.prints('two\n')
  t.is(young.stdout, old.stdout)
})

test('three readers, one of them late, print the same', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const follow = async () =>
    reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  const readers = [await follow(), await follow()]
  for (let i = 0; i < 20; i++) {
    w.type(`line ${i}\n`)
    if (i === 10) readers.push(await follow())
    await readers[0]!.prints(`line ${i}\n`)
  }
  await Promise.all(readers.map((r) => r.prints('line 19\n')))
  const [first, ...others] = readers.map((r) => r.stdout)
  for (const other of others) t.is(other, first)
})

test('no network: the writer stores, the reader looks, and both meet when it comes', async (t) => {
  // A port that is closed now, and not the one that every DHT node takes first.
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const reserved = await createTestnet(1, { port })
  const { bootstrap } = reserved
  await reserved.destroy()

  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('stored\n')
  await w.says('offline')
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await r.says('offline')
  w.type('also stored\n')
  await r.prints('Skipping 0 earlier blocks...\n')

  await createTestnet(10, { port: bootstrap[0]!.port, teardown: (fn) => t.teardown(fn) })
  await r.prints('also stored\n')
  t.is(r.stdout, 'Skipping 0 earlier blocks...\nBlock 0: stored\nBlock 1: also stored\n')
})

for (const [name, signal, code] of [
  ['the end of the input', 0, 143],
  ['Ctrl-C', CTRL_C, 130],
  ['SIGTERM', TERM, 143]
] as const) {
  test(`${name} commits everything that was read`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const storage = await t.tmp()
    const w = writer(t, { bootstrap, storage })
    const key = await w.key()
    const r = reader(t, key, {
      bootstrap,
      storage: await t.tmp(),
      flags: ['--from', '0', '--raw']
    })
    const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join('')
    w.type(lines)
    w.type('no newline here')
    if (signal === 0) {
      w.endInput()
      await w.says('end of input, all committed')
      await r.prints('no newline here')
      t.is(await w.stop(TERM), code)
      t.is(r.stdout, `${lines}no newline here`)
    } else {
      await r.prints('line 4999\n') // so all but the rest has been read
      t.is(await w.stop(signal), code)
      writer(t, { bootstrap, storage }) // the last bytes may not have left the first one
      await r.prints('no newline here')
      t.is(r.stdout, `${lines}no newline here`)
    }
  })
}

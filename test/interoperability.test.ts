import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { bareBones } from '../lab/bare-bones.js'

test('a bare-bones reader follows our writer', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const core = await bareBones(t, bootstrap, b4a.from(await w.key(), 'hex'))

  const blocks: string[] = []
  await new Promise<void>((resolve) => {
    const stream = core.createReadStream({ live: true })
    stream.on('error', () => {}) // the core closes under it when the test ends
    stream.on('data', (block) => {
      blocks.push(b4a.toString(block as Uint8Array))
      if (blocks.length === 1) w.type('two, and\na third line\n')
      if (blocks.length === 2) resolve()
    })
    w.type('one\n')
  })
  t.alike(blocks, ['one\n', 'two, and\na third line\n'])
})

test('our reader follows a bare-bones writer of raw chunks', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const core = await bareBones(t, bootstrap, null)
  await core.append([b4a.from('no newline'), b4a.from(''), b4a.from('two\nlines\n')])

  const key = b4a.toString(core.key, 'hex')
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await r.prints('lines\n')
  await core.append([b4a.from([0xff, 0x00, 0x0a]), b4a.from('the end')])
  await r.prints('the end\n')
  t.alike(
    r.bytes,
    b4a.concat([
      b4a.from('Skipping 0 earlier blocks...\nBlock 0: no newline\nBlock 1: \n'),
      b4a.from('Block 2: two\nlines\nBlock 3: '),
      b4a.from([0xff, 0x00, 0x0a]),
      b4a.from('Block 4: the end\n')
    ])
  )
})

test('a key in z-base-32 is as good', async (t) => {
  const { encode } = await import('hypercore-id-encoding')
  const { bootstrap } = await createTestnet(10, t)
  const core = await bareBones(t, bootstrap, null)
  await core.append(b4a.from('hello'))
  const r = reader(t, encode(core.key), {
    bootstrap,
    storage: await t.tmp(),
    flags: ['--from', '0', '--raw']
  })
  await r.prints('hello')
  t.is(r.stdout, 'hello')
})

import b4a from 'b4a'
import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { bareBones } from '../lab/bare-bones.js'
import { remember } from '../lab/remember.js'

const TERM = 15
const FROM_START = ['--from', '0', '--raw']

test('a writer that lost its newest blocks gets them back before it goes on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  first.type('one\n')
  const r = reader(t, await first.key(), { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await r.prints('one\n')
  await first.stop(TERM)
  const rollBack = remember(storage, await t.tmp(), ['db'])

  const second = writer(t, { bootstrap, storage })
  second.type('two\n')
  await r.prints('two\n')
  second.type('three\n')
  await r.prints('three\n')
  await second.stop(TERM)
  rollBack()

  const third = writer(t, { bootstrap, storage })
  third.type('four\n')
  await r.prints('four\n')
  t.is(r.stdout, 'one\ntwo\nthree\nfour\n')
  t.ok(third.stderr.includes('the last 2 of 3 blocks come from a reader\n'))
  await third.says('all blocks are here again\n')
  await r.stop(TERM)

  const flags = [...FROM_START, '--exit']
  const late = reader(t, await first.key(), { bootstrap, storage: await t.tmp(), flags })
  t.is(await late.ended, 0)
  t.is(late.stdout, r.stdout, 'and has them to give')
})

test('a handed over file does not fork a log either', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const file = path.join(await t.tmp(), 'file')
  fs.writeFileSync(file, 'from a file\n')
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  await first.stop(TERM)
  const rollBack = remember(storage, await t.tmp(), ['db'])

  const second = writer(t, { bootstrap, storage })
  second.type('one\n')
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await r.prints('one\n')
  await second.stop(TERM)
  rollBack()

  const third = writer(t, { bootstrap, storage, input: file, flags: ['--until-sync', '1'] })
  t.is(await third.ended, 0)
  await r.prints('from a file\n')
  t.is(r.stdout, 'one\nfrom a file\n')
})

test('two histories of one log: both ends say so, and end', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  first.type('one\n')
  const readers = { bootstrap, storage: await t.tmp(), flags: FROM_START }
  const r = reader(t, key, readers)
  await r.prints('one\n')
  await first.stop(TERM)
  const rollBack = remember(storage, await t.tmp(), ['db', 'DURABLE'])
  const second = writer(t, { bootstrap, storage })
  second.type('two\n')
  await r.prints('two\n')
  await second.stop(TERM)
  await r.stop(TERM)
  rollBack()

  // Nobody is there who knows better.
  for (const line of ['not two\n', 'nor three\n']) {
    // two histories of one length look the same
    const alone = writer(t, { bootstrap, storage, flags: ['--until-sync', '0'] })
    alone.type(line)
    alone.endInput()
    t.is(await alone.ended, 0)
  }
  const third = writer(t, { bootstrap, storage })
  const back = reader(t, key, readers)
  const codes = await Promise.all([third.ended, back.ended])
  t.alike(codes, [1, 1])
  for (const { stdout, stderr } of [third, back]) {
    t.ok(/error: this log has two histories signed with its key/.test(stderr), stderr)
    t.absent(stdout.includes('conflict'))
    t.absent(/^\s+at /m.test(stderr), 'no stack trace')
  }
})

test('a block that was announced and is nowhere: both ends say so, and the log goes on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  first.type('one\n')
  const copy = await bareBones(t, bootstrap, b4a.from(key, 'hex'))
  await copy.get(0)
  await first.stop(TERM)
  const rollBack = remember(storage, await t.tmp(), ['db'])

  const second = writer(t, { bootstrap, storage })
  const announced = new Promise<void>((resolve) => {
    copy.on('append', () => {
      if (copy.length === 2) resolve()
    })
  })
  second.type('two\n')
  await announced
  await second.stop(TERM)
  rollBack()

  const third = writer(t, { bootstrap, storage })
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await third.says('the last 1 of 2 blocks come from a reader\n')
  await third.says('block 1 is nowhere')
  await r.says('waiting for block 1, which nobody here has')
  third.type('three\n')
  const flags = ['--from', '2', '--raw']
  const late = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  await late.prints('three\n')
  t.is(r.stdout, 'one\n')
})

import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { NOWHERE, type Node } from '../lab/network.js'
import { cutMoves } from '../lab/powercut/cut-moves.js'
import { cutPower } from '../lab/powercut/cut-power.js'
import { buildPowercut, Disk } from '../lab/powercut/disk.js'
import type { Program } from '../lab/program.js'
import { Random } from '../lab/random.js'
import { sleep } from '../lab/time.js'

const KILL = 9
const CUTS = 2

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-powercut-'))
Bare.on('exit', () => fs.rmSync(place, { recursive: true, force: true }))
const library = buildPowercut(place)
const skip = library === null

const MOMENTS = {
  'a reader stays': { isReaderUp: true, isClosing: false },
  'its reader comes later': { isReaderUp: false, isClosing: false },
  'while it closes': { isReaderUp: true, isClosing: true }
}

for (const isFlood of [true, false]) {
  for (const [moment, how] of Object.entries(MOMENTS)) {
    const when = isFlood ? 'during a flood' : 'after each line'
    test(`the power is cut at a writer ${when}, ${moment}`, { skip }, async (t) => {
      const { bootstrap } = await createTestnet(10, t)
      const seed = Math.floor(Math.random() * 2 ** 32)
      t.comment(`seed ${seed}`)
      const disk = new Disk(library!, await t.tmp())
      const storage = await t.tmp()
      const late = await t.tmp()
      const count = await cutPower({
        disk,
        random: new Random(seed),
        cuts: CUTS,
        isFlood,
        ...how,
        writer: (input) => watched(t, disk, bootstrap, input),
        reader: (key, flags, ondata) => {
          const folder = flags.includes('--exit') ? late : storage
          return reader(t, key, { bootstrap, storage: folder, flags, ondata })
        }
      })
      t.ok(count > 0, `${count} lines in order, none lost, no other history`)
    })
  }
}

test('a key that was printed is never lost', { skip }, async (t) => {
  const disk = new Disk(library!, await t.tmp())
  const first = watched(t, disk, NOWHERE)
  const key = await first.key()
  await first.stop(KILL)
  disk.cut()
  const again = watched(t, disk, NOWHERE)
  t.is(await again.key(), key)
})

test('a start that was cut at any time is carried on', { skip }, async (t) => {
  for (const after of [30, 60, 90, 120, 150, 200]) {
    const disk = new Disk(library!, await t.tmp())
    const first = watched(t, disk, NOWHERE)
    await sleep(after)
    await first.stop(KILL)
    disk.cut()
    const again = watched(t, disk, NOWHERE)
    const key = await again.key()
    if (first.stdout !== '') t.is(await first.key(), key)
    else t.pass(`opens after ${after} ms`)
    await again.stop(KILL)
  }
})

test('the disk: a folder that was renamed has its files after a power cut', { skip }, async (t) => {
  const disk = new Disk(library!, await t.tmp())
  const rename =
    'mkdir -p a/in; echo x >a/in/f; sync a/in/f a/in a .; mkdir b; sync b .; rm -r b; mv a b'
  const play = async (script: string): Promise<void> => {
    await run(t, ['sh', '-c', `cd "$0"; ${script}`, disk.folder], { env: disk.env }).ended
    disk.cut()
  }
  await play(rename)
  t.alike(fs.readdirSync(disk.folder).toSorted(), ['a', 'b'], 'not yet renamed')
  await play('rm -r a b; sync .')
  await play(`${rename}; sync .`)
  t.alike(fs.readdirSync(disk.folder), ['b'])
  t.is(fs.readFileSync(path.join(disk.folder, 'b', 'in', 'f'), 'utf8'), 'x\n')
})

test('the power is cut while a log is exported and imported', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const seed = Math.floor(Math.random() * 2 ** 32)
  t.comment(`seed ${seed}`)
  const disk = new Disk(library!, await t.tmp())
  const storage = await t.tmp()
  const count = await cutMoves({
    disk,
    random: new Random(seed),
    moves: 2,
    writer: (folder, flags) => writer(t, { bootstrap, storage: folder, env: disk.env, flags }),
    reader: (key, flags) => reader(t, key, { bootstrap, storage, flags })
  })
  t.is(count, 6, 'lines in order, none lost')
})

test('the power is cut at a reader on its first start', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  const key = await w.key()
  const disk = new Disk(library!, await t.tmp())
  const storage = path.join(disk.folder, 'new', 'folder')
  const flags = ['--from', '0', '--raw']
  const first = reader(t, key, { bootstrap, storage, flags, env: disk.env })
  await first.prints('one\n')
  await first.stop(KILL)
  disk.cut()
  const again = reader(t, key, { bootstrap, storage, flags, env: disk.env })
  await again.prints('one\n')
  w.type('two\n')
  await again.prints('one\ntwo\n')
})

test('a reader whose first run ends in a power cut misses nothing', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  const key = await w.key()
  const other = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await other.prints('one\n')
  const disk = new Disk(library!, await t.tmp())
  const follow = (): Program =>
    reader(t, key, { bootstrap, storage: disk.folder, flags: ['--raw'], env: disk.env })
  const first = follow()
  await first.says('starting at block 1')
  w.type('two\n')
  await first.prints('two\n')
  await first.stop(KILL)
  disk.cut()
  w.type('three\n')
  await other.prints('three\n')
  const again = follow()
  await again.prints('three\n')
  await again.says('may come again')
  t.pass('and says that lines may come twice')
})

test(
  'a power cut takes what --no-sync has not synced; a reader gives it back',
  { skip },
  async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const disk = new Disk(library!, await t.tmp())
    const options = { bootstrap, storage: disk.folder, env: disk.env }
    const first = writer(t, { ...options, flags: ['--no-sync'] })
    const r = reader(t, await first.key(), {
      bootstrap,
      storage: await t.tmp(),
      flags: ['--from', '0', '--raw']
    })
    first.type('one\n')
    await r.prints('one\n')
    await first.stop(KILL)
    disk.cut()
    const second = writer(t, options)
    second.type('two\n')
    await second.says('the last 1 of 1 blocks come from a reader')
    await r.prints('one\ntwo\n')
  }
)

function watched(t: Test, disk: Disk, bootstrap: Node[], pipe?: string): Program {
  return writer(t, { bootstrap, storage: disk.folder, pipe, env: disk.env })
}

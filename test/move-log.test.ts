import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import type { Node } from '../lab/network.js'
import { reader, writer } from '../lab/apps.js'

const TERM = 15

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
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const key = await exported(t, bootstrap, storage)
  const own = path.join(storage, 'writer-storage')
  t.is(await write(t, bootstrap, storage, ['--import', own]), key)
  t.is(await write(t, bootstrap, storage), key)
})

test('a log comes home, and takes the place of what was left there', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [home, away] = [await t.tmp(), await t.tmp()]
  const key = await exported(t, bootstrap, home)
  t.is(await write(t, bootstrap, away, ['--import', path.join(home, 'writer-storage')]), key)
  t.is(await exported(t, bootstrap, away), key)
  t.is(await write(t, bootstrap, home, ['--import', path.join(away, 'writer-storage')]), key)
  t.is(await write(t, bootstrap, home), key)
})

test('what is not complete is not imported, and can be copied again', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [old, storage] = [await t.tmp(), await t.tmp()]
  const key = await exported(t, bootstrap, old)
  const copy = path.join(storage, 'copy')
  fs.cpSync(path.join(old, 'writer-storage'), copy, { recursive: true })
  fs.rmSync(path.join(copy, 'db'), { recursive: true })
  const wrong = writer(t, { bootstrap, storage, flags: ['--import', copy] })
  t.is(await wrong.ended, 1)
  t.ok(/the log in \S+ is not complete: copy the exported folder again/.test(wrong.stderr))
  t.alike(fs.readdirSync(storage), ['copy'], 'nothing was made')

  fs.cpSync(path.join(old, 'writer-storage'), copy, { recursive: true })
  t.is(await write(t, bootstrap, storage, ['--import', copy]), key)
})

test('an import that was cut short at any step is carried on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const old = await t.tmp()
  const key = await exported(t, bootstrap, old)
  const folder = path.join(old, 'writer-storage')
  const mark = fs.readFileSync(path.join(folder, 'EXPORTED'))
  for (const step of ['a part is copied', 'all is copied', 'the source is marked']) {
    const storage = await t.tmp()
    const source = path.join(storage, 'source')
    fs.cpSync(folder, source, { recursive: true })
    const here = path.join(storage, 'writer-storage')
    if (step === 'a part is copied') {
      fs.cpSync(path.join(source, 'db'), path.join(`${here}~part`, 'db'), { recursive: true })
    } else {
      await write(t, bootstrap, storage, ['--import', source])
      for (const dir of [here, source]) fs.writeFileSync(path.join(dir, 'EXPORTED'), mark)
      fs.unlinkSync(path.join(source, 'IMPORTED'))
      const early = writer(t, { bootstrap, storage })
      t.is(await early.ended, 1, 'it is not written before')
    }
    if (step === 'the source is marked') {
      fs.renameSync(path.join(source, 'EXPORTED'), path.join(source, 'IMPORTED'))
    }
    t.is(await write(t, bootstrap, storage, ['--import', source]), key, step)
    t.ok(fs.existsSync(path.join(source, 'IMPORTED')))
    t.is(await write(t, bootstrap, storage), key)
  }
})

test('a log that is written here can neither be imported nor covered by another', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [here, there] = [await t.tmp(), await t.tmp()]
  await write(t, bootstrap, here)
  await exported(t, bootstrap, there)
  const folder = path.join(here, 'writer-storage')
  const other = path.join(there, 'writer-storage')
  for (const [storage, flags, message] of [
    [await t.tmp(), ['--import', folder], /is not an exported log: stop its writer, and start it/],
    [await t.tmp(), ['--import', here], /the log is in \S+writer-storage: import that/],
    [await t.tmp(), ['--import', path.join(here, 'none')], /there is no folder /],
    [here, ['--import', other], /there is a log in \S+ already: choose another folder/],
    [other, ['--import', other], /is a log itself/],
    [path.join(other, 'sub'), ['--import', other], /is inside of /],
    [await t.tmp(), ['--export'], /there is no log in /],
    [here, ['--export', '--import', other], /choose one of --export and --import/]
  ] as const) {
    const wrong = writer(t, { bootstrap, storage, flags: [...flags] })
    t.is(await wrong.ended, 2)
    t.ok(message.test(wrong.stderr), wrong.stderr)
    t.is(wrong.stdout, '')
  }
  await write(t, bootstrap, here)
})

// Starts the writer for nothing, and gives the key of its log.
async function write(
  t: Test,
  bootstrap: Node[],
  storage: string,
  flags: string[] = []
): Promise<string> {
  const w = writer(t, { bootstrap, storage, flags: [...flags, '--until-sync', '0'] })
  w.endInput()
  t.is(await w.ended, 0, w.stderr)
  return w.key()
}

async function exported(t: Test, bootstrap: Node[], storage: string): Promise<string> {
  if (!fs.existsSync(path.join(storage, 'writer-storage'))) await write(t, bootstrap, storage)
  const w = writer(t, { bootstrap, storage, flags: ['--export'] })
  t.is(await w.ended, 0)
  return w.key()
}

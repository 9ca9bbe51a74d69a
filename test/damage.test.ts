// Bits that flip in the folders of apps that are stopped, and calls of the system that fail.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { buildFailingDisk } from '../lab/damage/failing-disk.js'
import { Damaged, type Outcome } from '../lab/damage/flips.js'
import { ALL, failAt, places, readerRun, writerRun } from '../lab/damage/io-errors.js'
import { NOWHERE } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { Random } from '../lab/random.js'
import { sleep } from '../lab/time.js'
import { readMark } from '../shared/storage/durable-mark.js'
import { mendBlocks } from '../shared/peers/damaged-blocks.js'

const SEED = 14
const TERM = 15
const LOOK = 10 // ms
// Of one flip with this seed in each kind of file.
const OUTCOMES: Record<'writer' | 'reader', Record<string, Outcome>> = {
  writer: {
    CURRENT: 'told',
    DURABLE: 'whole',
    LOG: 'whole',
    MANIFEST: 'told',
    'write-ahead log': 'healed',
    table: 'told'
  },
  reader: {
    CORESTORE: 'whole',
    CURRENT: 'told',
    IDENTITY: 'whole',
    OPTIONS: 'whole',
    blob: 'healed',
    key: 'whole',
    status: 'whole'
  }
}
// Where a call fails, by its fault.
const WHERE: Record<string, RegExp> = {
  'write ENOSPC': /db\/\d+\.log$/,
  'short write': /db\/\d+\.log$/,
  'sync EIO': /db\/\d+\.log$/,
  'rename EIO': /db\/CURRENT$/
}

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-damage-'))
Bare.on('exit', () => fs.rmSync(place, { recursive: true, force: true }))
const library = buildFailingDisk(place)
const skip = library === null

for (const role of ['writer', 'reader'] as const) {
  test(`a flipped bit in a ${role}'s folder is told, mended, or does no harm`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const damaged = await Damaged.make({
      random: new Random(SEED),
      tmp: () => t.tmp(),
      writer: (storage) => writer(t, { bootstrap, storage }),
      reader: (storage, key, flags) => reader(t, key, { bootstrap, storage, flags })
    })
    for (const [kind, expected] of Object.entries(OUTCOMES[role])) {
      const outcome =
        role === 'writer'
          ? await damaged.writer(kind, { isAlone: false })
          : await damaged.reader(kind)
      t.is(outcome, expected, kind)
    }
  })
}

test('a read that Hypercore gives up is no damage, and no error of the disk', async (t) => {
  const core = new Hypercore(await t.tmp())
  await core.ready()
  t.teardown(() => core.close())
  const told: string[] = []
  mendBlocks(core, (event) => void told.push(event))
  const rx = core.core.storage.read(0)
  const read = rx.getUserData('anything')
  rx.destroy()
  await t.exception(read, /Batch is destroyed/)
  t.alike(told, [])
})

test('a damaged block of a writer: both ends say so, and a reader that has it gives it back', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const lines = Array.from({ length: 3 }, (_, i) => `${i} ${'x'.repeat(40_000)}\n`)
  const key = await write(t, storage, lines)
  const first = writer(t, { bootstrap, storage }) // RocksDB moves what is long to a blob file when it opens
  const copy = { bootstrap, storage: await t.tmp(), flags: ['--from', '0', '--raw'] }
  const reads = reader(t, key, copy)
  await reads.prints(lines[2]!)
  for (const app of [reads, first]) await app.stop(TERM)
  const dir = path.join(storage, 'writer-storage')
  damageBlob(path.join(dir, 'db'), '1 xxx')

  const w = writer(t, { bootstrap, storage })
  const r = reader(t, key, { ...copy, storage: await t.tmp() })
  await w.says(`block 1 of the log in ${dir} is damaged: it is asked of peers`)
  await r.says('waiting for block 1, which nobody here has')
  t.is(r.stdout, lines[0])
  w.type('new\n')
  const late = reader(t, key, { ...copy, storage: await t.tmp(), flags: ['--from', '2', '--raw'] })
  await late.prints('new\n')
  t.is(late.stdout, `${lines[2]}new\n`)

  reader(t, key, copy)
  await w.says('the damaged blocks are here again')
  await r.prints('new\n')
  t.is(r.stdout, `${lines.join('')}new\n`)
})

test('a damaged copy says how to start anew where it was', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  const key = await w.key()
  const storage = await t.tmp()
  const first = reader(t, key, { bootstrap, storage, flags: ['--from', '0', '--raw'] })
  await first.prints('one\n')
  await first.stop(TERM)
  const [dir] = fs.readdirSync(path.join(storage, 'reader-storage')).map(String)
  const folder = path.join(storage, 'reader-storage', dir!)
  fs.writeFileSync(path.join(folder, 'db', 'CURRENT'), 'MANIFEST')

  const second = reader(t, key, { bootstrap, storage })
  t.is(await second.ended, 1)
  const sentence =
    /the log in (\S+) is damaged \(.*\): move the folder away and start once with (--from 1),/
  const [, told, flag] = sentence.exec(second.stderr) ?? []
  t.is(told, folder, second.stderr)
  fs.renameSync(folder, `${folder}-away`)
  w.type('two\n')
  const third = reader(t, key, { bootstrap, storage, flags: [...flag!.split(' '), '--raw'] })
  await third.prints('two\n')
  t.is(third.stdout, 'two\n')
})

for (const [flags, isMoved] of [
  [[], false],
  [[], true],
  [['--output'], false]
] as const) {
  const where = `${flags.length > 0 ? 'its file' : 'its output'} was${isMoved ? ', in another place' : ''}`
  test(`a copy that has lost all of its last run goes on where ${where}`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const w = writer(t, { bootstrap, storage: await t.tmp() })
    w.type('one\n')
    const key = await w.key()
    const storage = await t.tmp()
    const file = path.join(storage, 'file')
    const options = { bootstrap, storage, flags: ['--raw', ...flags.flatMap((f) => [f, file])] }
    const first = reader(t, key, { ...options, flags: [...options.flags, '--from', '0'] })
    const is = async (text: string, r: Program): Promise<void> => {
      while (flags.length > 0 && readIfThere(file) !== text) await sleep(LOOK)
      if (flags.length === 0) await r.prints(text)
    }
    await is('one\n', first)
    await first.stop(TERM)
    const db = path.join(
      storage,
      'reader-storage',
      String(fs.readdirSync(path.join(storage, 'reader-storage'))[0]),
      'db'
    )
    for (const name of fs.readdirSync(db).map(String)) {
      if (name.endsWith('.log')) damageByte(path.join(db, name), 0)
    }
    w.type('two\n')
    const there = isMoved ? await t.tmp() : storage
    if (isMoved) fs.cpSync(storage, there, { recursive: true })
    const second = reader(t, key, { ...options, storage: there })
    await is(flags.length > 0 ? 'one\ntwo\n' : 'two\n', second)
    if (flags.length === 0) t.is(second.stdout, 'two\n')
    await second.says('the disk has lost what came last into this copy')
    await second.says('where they were')
    t.pass('no line is missed, and none comes twice')
  })
}

test('the file that ties a log to its place: damage is not told as a move alone', async (t) => {
  const storage = await t.tmp()
  const key = await write(t, storage, ['one\n'])
  const tie = path.join(storage, 'writer-storage', 'CORESTORE')
  const { atime, mtime } = fs.statSync(tie)
  const whole = fs.readFileSync(tie, 'utf8')
  for (const damaged of [
    whole.replace('device/inode', 'devige/inode'),
    whole.replace(/inode=\d/, 'inode=x'),
    whole.replace(/created=\d/, 'created=3')
  ]) {
    fs.writeFileSync(tie, damaged)
    fs.utimesSync(tie, atime, mtime)
    const w = writer(t, { bootstrap: NOWHERE, storage })
    t.is(await w.ended, 1)
    t.ok(/error: the file CORESTORE in \S+ is damaged, or .* --only-copy/.test(w.stderr), w.stderr)
  }
  const flags = ['--only-copy', '--until-sync', '0']
  const again = writer(t, { bootstrap: NOWHERE, storage, flags })
  again.endInput()
  t.is(await again.ended, 0)
  t.is(await again.key(), key)
})

for (const [fault, where] of Object.entries(WHERE)) {
  test(`a disk that fails: ${fault} at a writer and at a reader`, { skip }, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const source = writer(t, { bootstrap, storage: await t.tmp() })
    source.type(ALL)
    const key = await source.key()
    const trial = { library: library!, tmp: () => t.tmp() }
    for (const run of [
      writerRun((storage, env) => {
        const flags = ['--until-sync', '0']
        return writer(t, { bootstrap: NOWHERE, storage, flags, env })
      }),
      readerRun((storage, flags, env) => reader(t, key, { bootstrap, storage, flags, env }))
    ]) {
      const calls = await places(trial, run, fault)
      const { at } = calls.find(({ file }) => where.test(file))!
      const [file] = await failAt(trial, run, fault, at)
      t.ok(file && where.test(file), file)
    }
  })
}

async function write(t: Test, storage: string, lines: string[]): Promise<string> {
  const w = writer(t, { bootstrap: NOWHERE, storage })
  await w.key()
  const before = readMark(path.join(storage, 'writer-storage'))?.length ?? 0
  for (const [i, line] of lines.entries()) {
    w.type(line)
    while ((readMark(path.join(storage, 'writer-storage'))?.length ?? 0) < before + i + 1)
      await sleep(10)
  }
  w.endInput()
  await w.says('all committed')
  await w.stop(TERM)
  return w.key()
}

function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''
}

function damageByte(file: string, at: number): void {
  const bytes = fs.readFileSync(file) as Buffer
  if (bytes.byteLength <= at) return
  bytes[at]! ^= 1
  fs.writeFileSync(file, bytes)
}

function damageBlob(db: string, text: string): void {
  for (const name of fs.readdirSync(db).map(String)) {
    const file = path.join(db, name)
    const bytes = fs.readFileSync(file) as Buffer
    const at = bytes.indexOf(text)
    if (!name.endsWith('.blob') || at === -1) continue
    bytes[at]! ^= 1
    fs.writeFileSync(file, bytes)
    return
  }
  throw new Error('no blob file has it')
}

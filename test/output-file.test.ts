// `--output`: the file is the log's bytes, each once.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { NOWHERE, type Node } from '../lab/network.js'
import { buildPowercut, Disk } from '../lab/powercut/disk.js'
import type { Program } from '../lab/program.js'
import { Random } from '../lab/random.js'
import { sleep } from '../lab/time.js'

const [HUP, INT, KILL, TERM] = [1, 2, 9, 15]
const MB = 1_000_000
const MANY = Array.from({ length: 300_000 }, (_, i) => `${i} ${'x'.repeat(90)}\n`).join('')
const LOOK = 5 // ms
const RENAME = 'mv "$1" "$2" && sync "${1%/*}"' // the emulated disk has both names before
const KEY = 'a'.repeat(64)

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-output-'))
Bare.on('exit', () => fs.rmSync(place, { recursive: true, force: true }))
const library = buildPowercut(place)
const noMount = spawnSync('sh', ['-c', 'mount -t tmpfs tmpfs /mnt && umount /mnt']).status !== 0

test('a reader is killed and stopped again and again; the file is the log, byte for byte', async (t) => {
  const { log, file, read, grows } = await setUp(t, MANY)
  const random = randomOf(t)
  for (let run = 0; run < 8; run++) {
    const r = read()
    await grows(r, random.below(log.length / 10))
    await r.stop(run % 4 === 3 ? INT : KILL)
  }
  await ends(t, read('--exit'))
  t.ok(contents(file) === log, 'all of it, once')
  await ends(t, read('--exit'))
  t.ok(contents(file) === log, 'nothing is added to it')
})

for (const format of ['--json', '--text']) {
  test(`${format} after kills is what it is without`, async (t) => {
    const { log, file, read, stdout, grows } = await setUp(t, MANY.slice(0, 8 * MB))
    const random = randomOf(t)
    for (let run = 0; run < 3; run++) {
      const r = read(format)
      await grows(r, random.below(log.length / 10))
      await r.stop(KILL)
    }
    await ends(t, read(format, '--exit'))
    t.ok(contents(file) === (await stdout(format)))
    const other = read('--exit')
    t.is(await other.ended, 2)
    t.ok(other.stderr.includes(`was begun with ${format}: go on with that`), other.stderr)
  })
}

test('the power is cut at a reader; the file is exact', { skip: library === null }, async (t) => {
  const disk = new Disk(library!, await t.tmp())
  const { log, folder, file, read, grows } = await setUp(t, MANY, disk)
  const random = randomOf(t)
  const env = { ...process.env, ...disk.env }
  for (let run = 0; run < 6; run++) {
    const r = read()
    await grows(r, random.below(log.length / 10))
    if (run % 2 === 1) spawnSync('sh', ['-c', RENAME, 'sh', file, `${file}.${9 - run}`], { env })
    await sleep(random.below(LOOK * 4))
    await r.stop(KILL)
    disk.cut()
  }
  await ends(t, read('--exit'))
  const written = all(folder)
  t.ok(
    written === log,
    `${written.length} bytes of ${log.length}, in ${fs.readdirSync(folder).join(' ')}`
  )
})

test(
  'a full disk ends the reader; with room again the file is exact',
  { skip: noMount },
  async (t) => {
    const disk = await t.tmp()
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', disk])
    t.teardown(() => spawnSync('umount', [disk]), { order: 1 })
    const file = path.join(disk, 'nginx.log')
    const { log, read } = await setUp(t, MANY.slice(0, 10 * MB), null, file)
    const r = read()
    t.is(await r.ended, 1)
    t.is(
      r.stderr.split('\n').find((line) => line.includes('error')),
      `[reader] error: no room for ${file}: no space left on device (ENOSPC); make room there`
    )
    t.ok(contents(file).length > 4 * MB && log.startsWith(contents(file)), 'what fits is there')
    spawnSync('mount', ['-o', 'remount,size=50m', disk])
    await ends(t, read('--exit'))
    t.ok(contents(file) === log)
  }
)

test('a file that is renamed or removed is followed by a new one', async (t) => {
  const { type, folder, file, read } = await follow(t)
  const r = read()
  await type('one\n')
  fs.renameSync(file, `${file}.3`)
  await type('two\n')
  fs.chmodSync(file, 0o600)
  fs.renameSync(file, `${file}.2`)
  os.kill(r.process.pid, HUP)
  await r.says('going on in a new')
  await until(() => fs.existsSync(file))
  t.is(fs.statSync(file).mode & 0o777, 0o600)
  os.kill(r.process.pid, HUP)
  await type('three\n')
  fs.unlinkSync(file)
  await type('four\n')
  await r.stop(KILL)
  fs.renameSync(file, `${file}.1`)
  fs.writeFileSync(file, '') // as logrotate's `create`
  read()
  await type('five\n')
  t.is(all(folder), 'one\ntwo\nfour\nfive\n')
})

test('files are renamed during a flood, and the reader killed; together they are the log', async (t) => {
  const { log, folder, file, read, grows } = await setUp(t, MANY)
  const random = randomOf(t)
  for (let run = 0; run < 6; run++) {
    const r = read()
    await grows(r, random.below(log.length / 10))
    fs.renameSync(file, `${file}.${9 - run}`)
    if (run % 2 === 0) os.kill(r.process.pid, HUP)
    await sleep(random.below(LOOK * 4))
    await r.stop(KILL)
  }
  await ends(t, read('--exit'))
  t.ok(all(folder) === log)
})

test('a file that was copied and emptied goes on from its start', async (t) => {
  const { type, file, read } = await follow(t)
  const r = read()
  await type('one\n')
  fs.truncateSync(file, 0)
  await type('two\n')
  await r.says('was emptied, and goes on from its start')
  t.is(contents(file), 'two\n')
  await r.stop(TERM)
  fs.truncateSync(file, 0)
  const again = read()
  await again.says('was emptied')
  await type('three\n')
  t.is(contents(file), 'three\n')
})

test('what was cut short is written again; what another program wrote stays', async (t) => {
  const { file, read, stdout } = await setUp(t, 'one\ntwo\nthree\n')
  await ends(t, read('--count', '1'))
  t.is(contents(file), 'one\n')
  await stdout() // all of it is here now, as after a run that was killed
  fs.appendFileSync(file, 'two\nth')
  await ends(t, read('--count', '1'))
  t.is(contents(file), 'one\ntwo\n')
  fs.renameSync(file, `${file}.1`)
  fs.appendFileSync(`${file}.1`, 'thr')
  await ends(t, read('--exit'))
  t.is(contents(`${file}.1`), 'one\ntwo\n')
  t.is(contents(file), 'three\n')
  for (const [damage, sentence] of [
    ['three\nmine\n', 'has bytes that this reader has not written'],
    ['mine!!\n', 'has bytes that this reader has not written'],
    ['thr', 'is shorter than it was (3 bytes of 6)']
  ] as const) {
    fs.writeFileSync(file, damage)
    const r = read('--exit')
    t.is(await r.ended, 1)
    t.ok(r.stderr.includes(`error: ${file} ${sentence}: put it back`), r.stderr)
    t.is(contents(file), damage)
  }
  fs.renameSync(file, `${file}.damaged`)
  await ends(t, read('--exit'))
  t.is(contents(file), '', 'a new one goes on after what was written')
})

test('a file that somebody else writes to, too, ends the reader', async (t) => {
  const { w, type, file, read } = await follow(t)
  const r = read()
  await type('one\n')
  fs.appendFileSync(file, 'mine\n')
  w.type('two\n')
  t.is(await r.ended, 1)
  t.ok(r.stderr.includes(`error: another program has changed ${file}: move it away`), r.stderr)
  t.is(contents(file), 'one\nmine\n')
})

test('a file that two readers share is refused to the second; one that is not ours, to each', async (t) => {
  const { key, bootstrap, type, file, read } = await follow(t)
  const first = read()
  await type('one\n')
  const flags = ['--from', '0', '--output', file]
  const options = { bootstrap, storage: await t.tmp(), flags }
  const second = reader(t, key, options)
  t.is(await second.ended, 1)
  t.ok(second.stderr.includes(`error: another reader is writing to ${file}`), second.stderr)
  await type('two\n')
  t.is(contents(file), 'one\ntwo\n')
  await first.stop(TERM)
  for (const start of [() => reader(t, key, options), () => read('--forget')]) {
    const r = start()
    t.is(await r.ended, 2)
    t.ok(r.stderr.includes(`error: ${file} is not empty, and this reader has not`), r.stderr)
    t.is(contents(file), 'one\ntwo\n')
  }
})

test('other runs, and other files, leave a file as it is', async (t) => {
  const { file, read, stdout, folder } = await setUp(t, 'one\ntwo\nthree\n')
  await ends(t, read('--count', '1'))
  t.is(await stdout('--raw'), 'one\ntwo\nthree\n')
  const other = path.join(folder, 'other')
  await ends(t, read('--output', other, '--exit'))
  t.is(contents(other), 'one\ntwo\nthree\n')
  await ends(t, read('--exit'))
  t.is(contents(file), 'one\ntwo\nthree\n')
})

test('--output that can be no file is refused, and nothing is made', async (t) => {
  const folder = await t.tmp()
  const fifo = path.join(folder, 'fifo')
  spawnSync('mkfifo', [fifo])
  const before = fs.readdirSync(folder)
  for (const [output, sentence] of [
    ['', '--output <file> needs'],
    [folder, 'is a folder: --output takes a file'],
    [`${folder}/new/`, 'is a folder: --output takes a file'],
    [`${folder}/none/file`, `there is no folder ${folder}/none for --output`],
    [fifo, 'is a device or a pipe: --output takes a file'],
    ['/dev/null', 'is a device or a pipe: --output takes a file']
  ] as const) {
    const storage = path.join(place, 'none')
    const r = reader(t, KEY, { bootstrap: NOWHERE, storage, flags: ['--output', output] })
    t.is(await r.ended, 2)
    t.ok(r.stderr.includes(sentence) && r.stderr.trim().split('\n').length === 1, r.stderr)
    t.absent(fs.existsSync(storage))
  }
  t.alike(fs.readdirSync(folder), before)
})

interface Setting {
  key: string
  bootstrap: Node[]
  /** Where the file is. */
  folder: string
  file: string
  read: (...flags: string[]) => Program
  /** Resolves when the files have so many bytes more. */
  grows: (r: Program, bytes: number) => Promise<void>
}

// A writer that has all of `log`.
async function setUp(
  t: Test,
  log: string,
  disk: Disk | null = null,
  file?: string
): Promise<Setting & { log: string; stdout: (...flags: string[]) => Promise<string> }> {
  const { bootstrap } = await createTestnet(10, t)
  const input = path.join(await t.tmp(), 'input')
  fs.writeFileSync(input, log)
  const w = writer(t, { bootstrap, storage: await t.tmp(), input })
  const key = await w.key()
  await w.says('all committed')
  const setting = await collect(t, key, bootstrap, disk, file)
  const stdout = async (...flags: string[]): Promise<string> => {
    const { storage } = setting
    const r = reader(t, key, { bootstrap, storage, flags: ['--from', '0', '--exit', ...flags] })
    await ends(t, r)
    return r.stdout.replace(/^Skipping .*\n/, '')
  }
  return { ...setting, log, stdout }
}

// A writer that is typed to; what is typed is in the file then.
async function follow(
  t: Test
): Promise<Setting & { w: Program; type: (line: string) => Promise<void> }> {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const setting = await collect(t, await w.key(), bootstrap)
  const type = (line: string): Promise<void> => {
    w.type(line)
    return until(() => fs.existsSync(setting.file) && contents(setting.file).endsWith(line))
  }
  return { ...setting, w, type }
}

async function collect(
  t: Test,
  key: string,
  bootstrap: Node[],
  disk: Disk | null = null,
  given?: string
): Promise<Setting & { storage: string }> {
  const storage = disk ? path.join(disk.folder, 'storage') : await t.tmp()
  const folder = disk ? path.join(disk.folder, 'logs') : await t.tmp()
  if (disk) {
    fs.mkdirSync(folder)
    fs.mkdirSync(storage, { mode: 0o700 })
  }
  const file = given ?? path.join(folder, 'nginx.log')
  const read = (...more: string[]): Program => {
    const flags = ['--from', '0', '--output', file, ...more]
    return reader(t, key, { bootstrap, storage, flags, env: disk?.env })
  }
  const written = (): number => {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : []
    return names.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0)
  }
  const grows = (r: Program, bytes: number): Promise<void> => {
    const goal = written() + bytes
    return until(() => {
      if (r.isOver) throw new Error(r.stderr)
      return written() > goal
    })
  }
  return { key, bootstrap, folder, file, storage, read, grows }
}

function randomOf(t: Test): Random {
  const seed = Math.floor(Math.random() * 2 ** 32)
  t.comment(`seed ${seed}`)
  return new Random(seed)
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(LOOK)
}

async function ends(t: Test, r: Program): Promise<void> {
  t.is(await r.ended, 0, r.stderr)
}

function contents(file: string): string {
  return fs.readFileSync(file, 'utf8')
}

// nginx.log.9, nginx.log.8, ..., nginx.log: as logrotate names them.
function all(folder: string): string {
  const names = fs.readdirSync(folder).toSorted().toReversed()
  return names.map((name) => contents(path.join(folder, name))).join('')
}

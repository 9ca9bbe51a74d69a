import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { NOWHERE } from '../lab/network.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import { sleep } from '../lab/time.js'
import { exportLog, openLog } from '../shared/index.js'
import { importLog } from '../shared/storage/move-log.js'
import { listLogs } from '../shared/storage/list.js'

const FROM_START = ['--from', '0', '--raw']
const KEEP = ['--keep', '1MB']
const LAST = 1_000_000
const COUNT = `seq -f "%.0f" 1 ${LAST}` // 6.9 MB

test('a writer keeps the newest blocks, and a reader is told which are gone', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage, pipe: COUNT, flags: KEEP })
  const key = await w.key()
  await w.says('all committed')
  const read = async (...flags: string[]): Promise<[code: number, out: string, err: string]> => {
    const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: [...flags, '--exit'] })
    return [await r.ended, r.stdout, r.stderr]
  }

  const [code, out, err] = await read('--from', '0', '--json')
  t.is(code, 1)
  const [first, ...lines] = out.trimEnd().split('\n')
  const { from, to } = (JSON.parse(first!) as { gone: { from: number; to: number } }).gone
  t.is(from, 0)
  const blocks = lines.map((line) => JSON.parse(line) as { block: number; data: string })
  t.is(blocks[0]!.block, to + 1)
  t.ok(isInOrder(blocks.map(({ data }) => data).join('')), 'then the others, up to the end')
  const size = blocks.reduce((sum, { data }) => sum + data.length, 0)
  t.ok(size > 500_000 && size <= 1_000_000, `${size} bytes`)
  t.ok(err.includes(`blocks 0 to ${to} are gone: nobody here keeps them\n`))

  const oldest = await read('--from', 'oldest', '--raw')
  t.is(oldest[0], 0)
  t.is(oldest[1].length, size)
  t.absent(oldest[2].includes('gone'))
  const all = await read('--tail', String(LAST), '--raw')
  t.alike([all[0], all[1].length], [0, size])
})

test('--keep is remembered, listed, changed and ended', async (t) => {
  const storage = await t.tmp()
  const flags = ['--until-sync', '0', '--keep', '2MiB']
  const w = writer(t, { bootstrap: NOWHERE, storage, flags })
  w.endInput()
  t.is(await w.ended, 0)
  const dir = path.join(storage, 'writer-storage')
  t.is(await keepOf(storage), 2 * 2 ** 20)
  fs.unlinkSync(path.join(dir, 'status.json'))
  for (const [given, keep] of [
    [null, 2 * 2 ** 20],
    [1_500_000, 1_500_000],
    [null, 1_500_000],
    ['all', null],
    [null, null]
  ] as const) {
    const log = await openLog(dir, { network: { bootstrap: NOWHERE }, keep: given })
    t.is(log.keeper?.size ?? null, keep)
    await log.close()
    t.is(await keepOf(storage), keep, 'also from the database')
  }
})

test('--keep is refused where it cannot be done', async (t) => {
  const refused = async (flags: string[], says: string): Promise<void> => {
    const w = writer(t, { bootstrap: NOWHERE, storage: await t.tmp(), flags })
    t.is(await w.ended, 2)
    t.ok(w.stderr.includes(says), w.stderr)
  }
  await Promise.all([
    refused(['--keep', '0'], '--keep 0 is for readers'),
    refused(['--keep', 'much'], '--keep takes a size as 500MB, 2GB or 1TiB, or all, not "much"'),
    refused(['--keep', '1MB', '--hand-over', 'x'], 'choose one of --hand-over and --keep')
  ])
})

test('a reader that was away since the first line goes on after the gap', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, copy] = [await t.tmp(), await t.tmp()]
  const first = writer(t, { bootstrap, storage, flags: KEEP })
  const key = await first.key()
  first.type('first\n')
  const before = reader(t, key, { bootstrap, storage: copy, flags: FROM_START })
  await before.prints('first\n')
  await before.stop(SIGTERM)
  await first.stop(SIGTERM)

  const second = writer(t, { bootstrap, storage, pipe: COUNT })
  await second.says('all committed')
  const after = reader(t, key, { bootstrap, storage: copy, flags: ['--raw'] })
  await after.prints(`\n${LAST}\n`)
  t.ok(isInOrder(after.stdout))
  t.ok(/blocks 1 to \d+ are gone: nobody here keeps them\n/.test(after.stderr))
})

test('what the writer does not keep comes from a reader that does', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: KEEP })
  const key = await w.key()
  const full = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  for (let i = 1; i <= 8; i++) {
    const line = `${i}${'x'.repeat(250_000)}\n`
    w.type(line)
    await full.prints(line)
  }
  const flags = [...FROM_START, '--exit']
  const late = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  t.is(await late.ended, 0)
  t.is(late.stdout, full.stdout)
  await full.stop(SIGTERM)
  await late.stop(SIGTERM)

  const none = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  t.is(await none.ended, 1, 'and without it, it is gone')
  t.ok(/blocks 0 to \d are gone/.test(none.stderr))
})

test('a reader with --keep 0 has nothing to give, and misses nothing', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, copy] = [await t.tmp(), await t.tmp()]
  const file = path.join(await t.tmp(), 'out')
  const first = writer(t, { bootstrap, storage, pipe: COUNT })
  const key = await first.key()
  const flags = ['--from', '0', '--keep', '0', '--output', file]
  const before = reader(t, key, { bootstrap, storage: copy, flags })
  await before.says('at block')
  await wait(() => fs.statSync(file).size === sizeOf(LAST))
  await first.stop(SIGTERM)
  t.is(await keepOf(copy), 0)

  const exit = [...FROM_START, '--exit']
  const late = reader(t, key, { bootstrap, storage: await t.tmp(), flags: exit })
  t.is(await late.ended, 1)
  t.ok(/blocks 0 to \d+ are gone/.test(late.stderr), late.stderr)
  t.is(late.stdout, '')
  await before.stop(SIGTERM)

  const second = writer(t, { bootstrap, storage })
  second.type('more\n')
  const more = reader(t, key, { bootstrap, storage: copy, flags })
  await wait(() => fs.readFileSync(file, 'utf8').endsWith(`\n${LAST}\nmore\n`))
  t.is(fs.statSync(file).size, sizeOf(LAST) + 5)
  await more.stop(SIGTERM)
})

test('readers that hold what a writer keeps are counted by --until-sync', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const flags = [...KEEP, '--until-sync', '1']
  const w = writer(t, { bootstrap, storage: await t.tmp(), pipe: COUNT, flags })
  const key = await w.key()
  const late = { bootstrap, storage: await t.tmp(), flags: ['--from', 'oldest', '--raw'] }
  await w.says('all committed')
  reader(t, key, late)
  t.is(await w.ended, 0)
})

test('--from oldest does not begin with the part that a reader has, when the writer comes', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  first.type('one\n')
  const fromOne = ['--from', '1', '--raw']
  const part = reader(t, key, { bootstrap, storage: await t.tmp(), flags: fromOne })
  await first.says('serving 1 reader')
  first.type('two\n')
  await part.prints('two\n')
  await first.stop(SIGTERM)

  const flags = ['--from', 'oldest', '--raw']
  const late = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  await late.says('following 1 reader')
  writer(t, { bootstrap, storage })
  await late.prints('one\ntwo\n')
  t.is(part.stdout, 'two\n')
})

test('a rolled-back writer with --keep gets its blocks back, and misses none', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, old] = [await t.tmp(), await t.tmp()]
  const first = writer(t, { bootstrap, storage, pipe: COUNT, flags: KEEP })
  const key = await first.key()
  await first.says('all committed')
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--tail', '1', '--raw'] })
  await r.prints(`${LAST}\n`)
  await first.stop(SIGTERM)
  fs.cpSync(path.join(storage, 'writer-storage', 'db'), old, { recursive: true })
  const second = writer(t, { bootstrap, storage })
  second.type('two\n')
  await r.prints('two\n')
  await second.stop(SIGTERM)
  fs.rmSync(path.join(storage, 'writer-storage', 'db'), { recursive: true })
  fs.cpSync(old, path.join(storage, 'writer-storage', 'db'), { recursive: true })

  const third = writer(t, { bootstrap, storage })
  third.type('three\n')
  await r.prints('three\n')
  t.is(r.stdout, `${LAST}\ntwo\nthree\n`)
  await third.says('all blocks are here again\n')
  t.absent(third.stderr.includes('nowhere'), third.stderr)
})

test('an exported log keeps as much where it goes on', async (t) => {
  const storage = await t.tmp()
  const [from, to] = [path.join(storage, 'from'), path.join(storage, 'to')]
  const network = { bootstrap: NOWHERE }
  const first = await openLog(from, { network, keep: 1_000_000 })
  await exportLog(first.core, from)
  await first.close()
  await importLog(from, to)
  const second = await openLog(to, { network })
  t.is(second.keeper?.size, 1_000_000)
  await second.close()
})

test('a writer that is killed while it clears has what it is to keep', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const r: { key: string } = { key: '' }
  for (let i = 0; i < 2; i++) {
    const before = lengthOf(storage)
    const pipe = `yes "$(printf %0250d 7)"`
    const w = writer(t, { bootstrap, storage, pipe, flags: KEEP })
    r.key = await w.key()
    await wait(() => lengthOf(storage) > before + 20)
    await w.stop(SIGKILL)
  }
  const last = writer(t, { bootstrap, storage, flags: KEEP })
  await last.says('looking for peers')
  const flags = ['--from', 'oldest', '--raw', '--exit']
  const late = reader(t, r.key, { bootstrap, storage: await t.tmp(), flags })
  t.is(await late.ended, 0)
  t.ok(late.byteLength > 500_000, `${late.byteLength} bytes are there`)
  t.ok(late.stdout.split('\n').every((line) => line === '' || Number(line) === 7))
})

function isInOrder(text: string): boolean {
  const lines = text.trimEnd().split('\n').map(Number)
  return lines.at(-1) === LAST && lines.every((n, i) => i === 0 || n === lines[i - 1]! + 1)
}

function sizeOf(last: number): number {
  let bytes = 0
  for (let digits = 1; 10 ** (digits - 1) <= last; digits++) {
    bytes += (Math.min(last + 1, 10 ** digits) - 10 ** (digits - 1)) * (digits + 1)
  }
  return bytes
}

async function keepOf(storage: string): Promise<unknown> {
  const [entry] = await listLogs(storage)
  return entry!.keep
}

function lengthOf(storage: string): number {
  try {
    const file = path.join(storage, 'writer-storage', 'status.json')
    return (JSON.parse(fs.readFileSync(file, 'utf8')) as { length: number }).length
  } catch {
    return 0
  }
}

async function wait(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(50)
}

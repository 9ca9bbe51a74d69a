import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import Hypercore from 'hypercore'
import type { Failure } from '../shared/log/errors.js'
import { Durability } from '../shared/storage/durability.js'
import { readMark } from '../shared/storage/durable-mark.js'
import { reader, writer } from '../lab/apps.js'
import { NOWHERE } from '../lab/network.js'

const KILL = 9
const TERM = 15
const FROM_START = ['--from', '0', '--raw']

test('Hypercore flushes, then changes the length, then tells peers', async (t) => {
  const { core, durability } = await open(t)
  await durability.share()
  const told: string[] = []
  const { replicator } = core
  const onupgrade = replicator.onupgrade.bind(replicator)
  const onhave = replicator.onhave.bind(replicator)
  replicator.onupgrade = () => {
    told.push(`upgrade at length ${core.length}`)
    onupgrade()
  }
  replicator.onhave = (start, length, drop) => {
    told.push(`have at length ${core.length}`)
    onhave(start, length, drop)
  }
  const disk = holdSyncs(t)
  const appended = core.append(b4a.from('one'))
  await disk.asked
  t.is(core.length, 0, 'not there while the disk syncs')
  t.alike(told, [])
  disk.release()
  await appended
  t.is(core.length, 1)
  t.alike(told, ['upgrade at length 1', 'have at length 1'])
})

test('what comes from a peer is synced before others are told', async (t) => {
  const { core: source } = await open(t)
  await source.append(['one', 'two'].map((text) => b4a.from(text)))
  const { core, durability } = await open(t, source.key)
  await durability.share()
  let told = 0
  const { replicator } = core
  const tell = replicator.onhave.bind(replicator)
  replicator.onhave = (...args) => {
    told++
    tell(...args)
  }
  const disk = holdSyncs(t)
  const streams = [source.replicate(true), core.replicate(false)] as const
  streams[0].pipe(streams[1]).pipe(streams[0])
  const block = core.get(0)
  await disk.asked
  t.is(told, 0)
  t.is(core.length, 0)
  disk.release()
  t.is(b4a.toString(await block), 'one')
  for (const stream of streams) stream.destroy()
})

test('without a peer syncs run behind the appends; the first one waits for them', async (t) => {
  const { core, durability } = await open(t)
  const disk = holdSyncs(t)
  await core.append(b4a.from('one'))
  await core.append(b4a.from('two'))
  t.is(core.length, 2)
  let isShared = false
  const shared = durability.share().then(() => (isShared = true))
  let isAppended = false
  const appended = core.append(b4a.from('three')).then(() => (isAppended = true))
  await disk.asked
  t.absent(isShared || isAppended)
  disk.release()
  await Promise.all([shared, appended])
  t.is(core.length, 3)
})

test('the file that RocksDB writes is the one that is synced, also after it has begun another', async (t) => {
  if (Bare.platform !== 'linux') return t.pass('needs /proc')
  const { core, durability, dir } = await open(t)
  await durability.share()
  const synced: string[] = []
  replaceSync(t, (fd, sync) => {
    synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`))
    return sync(fd)
  })
  const { db } = core.core.storage
  const names = new Set<string>()
  for (const line of ['one', 'two', 'three']) {
    await core.append(b4a.from(line))
    const { number } = await db.currentWalFile()
    const name = path.join(fs.realpathSync(dir), 'db', `${String(number).padStart(6, '0')}.log`)
    t.ok(synced.includes(name), `${name} after ${line}`)
    names.add(name)
    synced.length = 0
    await db.flush()
  }
  t.is(names.size, 3)
})

test('a sync that failed is final, though the next one would succeed', async (t) => {
  const failures: Failure[] = []
  const { core, durability, dir } = await open(t, null, (err) => failures.push(err))
  await durability.share()
  await core.append(b4a.from('one'))
  const restore = replaceSync(t, () =>
    Promise.reject(Object.assign(new Error('i/o error'), { code: 'EIO' }))
  )
  await t.exception(core.append(b4a.from('two')), /cannot sync the log in .* \(EIO\)/)
  restore()
  await t.exception(core.append(b4a.from('three')), /cannot sync the log in .* \(EIO\)/)
  t.is(core.length, 1)
  t.is(failures.length, 1)
  await durability.close()
  t.alike(readMark(dir)?.state, 'synced', 'not stopped in order')
})

test('a write that failed is final, though the next one would succeed', async (t) => {
  const failures: Failure[] = []
  const dir = await t.tmp()
  const core = new Hypercore(dir)
  t.teardown(() => core.close())
  await core.ready()
  await core.append(b4a.from('one'))
  const { state } = core.core
  const flush = state.flush.bind(state)
  const onfail = (err: Failure): void => void failures.push(err)
  const durability = new Durability(core, dir, { sync: true, mark: null, onfail })
  const full = Object.assign(new Error('No space left on device'), { code: 'ENOSPC' })
  let isFull = true
  state.flush = () => (isFull ? Promise.reject(full) : flush())
  await durability.open()
  await t.exception(core.append(b4a.from('two')), /no room in the folder/)
  isFull = false
  await t.exception(core.append(b4a.from('three')), /no room in the folder/)
  t.is(core.length, 1)
  t.is(failures.length, 1)
})

test('what the next start knows of the disk', async (t) => {
  const { core, durability, dir, reopen } = await open(t)
  t.absent(durability.isWhole, 'nothing of a log that left no word')
  await core.append(b4a.from('one'))
  await durability.close()
  const key = b4a.toString(core.key, 'hex')
  t.alike(readMark(dir), { key, length: 1, state: 'stopped' })

  const second = await reopen({})
  t.ok(second.durability.isWhole)
  t.is(readMark(dir)?.state, 'synced')
  const third = await reopen({})
  t.ok(third.durability.isWhole, 'whatever has ended it')

  await reopen({ sync: false })
  t.is(readMark(dir)?.state, 'unsynced')
  const fifth = await reopen({})
  t.absent(fifth.durability.isWhole)
  await fifth.durability.close()
  t.ok((await reopen({})).durability.isWhole)

  const mark = path.join(dir, 'DURABLE')
  fs.writeFileSync(mark, fs.readFileSync(mark, 'utf8').replace(' 1 ', ' 2 '))
  t.is(readMark(dir), null, 'a damaged mark says nothing')
})

test('a killed writer goes on at once, without anybody to ask', async (t) => {
  const storage = await t.tmp()
  const first = writer(t, { bootstrap: NOWHERE, storage })
  const key = await first.key()
  first.type('one\n')
  const mark = path.join(storage, 'writer-storage')
  while (readMark(mark)?.length !== 1) await new Promise<void>((next) => void setTimeout(next, 10))
  await first.stop(KILL)
  const before = Date.now()
  const second = writer(t, { bootstrap: NOWHERE, storage, flags: ['--until-sync', '0'] })
  second.type('two\n')
  second.endInput()
  t.is(await second.ended, 0)
  t.ok(Date.now() - before < 2500, 'does not wait for a network')
  t.is(await second.key(), key)
  t.ok(second.stderr.includes('all committed: length 2'))
})

test('a log that is shorter than its disk had it waits for a reader, and appends nothing before', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  const key = await first.key()
  await first.stop(TERM)
  const db = path.join(storage, 'writer-storage', 'db')
  const copy = await t.tmp()
  fs.cpSync(db, copy, { recursive: true })
  const second = writer(t, { bootstrap, storage })
  second.type('one\n')
  const readers = { bootstrap, storage: await t.tmp(), flags: FROM_START }
  const r = reader(t, key, readers)
  await r.prints('one\n')
  await r.stop(TERM)
  await second.stop(TERM)
  fs.rmSync(db, { recursive: true })
  fs.cpSync(copy, db, { recursive: true })

  const alone = writer(t, { bootstrap, storage, flags: ['--until-sync', '0'] })
  alone.type('two\n')
  alone.endInput()
  await alone.says('the disk has lost the last 1 of 1 blocks')
  t.is(await alone.stop(TERM), 128 + TERM)
  t.absent(alone.stderr.includes('committed'))

  const third = writer(t, { bootstrap, storage })
  third.type('two\n')
  await third.says('the disk has lost the last 1 of 1 blocks')
  const back = reader(t, key, readers)
  await back.prints('two\n')
  t.is(back.stdout, 'one\ntwo\n')
})

test('a log whose secret key is gone says so, and makes no other', async (t) => {
  const storage = await t.tmp()
  const first = writer(t, { bootstrap: NOWHERE, storage, flags: ['--until-sync', '0'] })
  first.endInput()
  t.is(await first.ended, 0)
  fs.rmSync(path.join(storage, 'writer-storage', 'db'), { recursive: true })
  for (const _ of ['first', 'second']) {
    const w = writer(t, { bootstrap: NOWHERE, storage })
    t.is(await w.ended, 1)
    t.is(w.stdout, '')
    t.ok(/error: the log in \S+ is damaged, and the secret key/.test(w.stderr), w.stderr)
  }
})

test('what a power cut at the first start has left opens: the file that ties it to its place', async (t) => {
  const storage = await t.tmp()
  const options = { bootstrap: NOWHERE, storage, flags: ['--until-sync', '0'] }
  const first = writer(t, options)
  first.endInput()
  t.is(await first.ended, 0)
  const tie = path.join(storage, 'writer-storage', 'CORESTORE')
  const whole = fs.readFileSync(tie)
  for (const rest of [0, 20, whole.length - 3]) {
    fs.truncateSync(tie, rest)
    const again = writer(t, options)
    again.endInput()
    t.is(await again.ended, 0, again.stderr)
    t.is(await again.key(), await first.key())
  }
})

async function open(
  t: Test,
  key: Uint8Array | null = null,
  onfail: (err: Failure) => void = () => {}
) {
  const dir = await t.tmp()
  let core = new Hypercore(dir, key)
  t.teardown(() => core.close())
  const start = async ({ sync = true }) => {
    await core.ready()
    const durability = new Durability(core, dir, { sync, mark: readMark(dir), onfail })
    await durability.open()
    return { core, durability }
  }
  const reopen = async (options: { sync?: boolean }) => {
    await core.close()
    core = new Hypercore(dir, key)
    return start(options)
  }
  return { ...(await start({})), dir, reopen }
}

/** From now on, syncs end when `release` is called; `asked` resolves with the first one. */
function holdSyncs(t: Test): { asked: Promise<void>; release: () => void } {
  const released = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  replaceSync(t, (fd, sync) => {
    asked.resolve()
    return released.promise.then(() => sync(fd))
  })
  return { asked: asked.promise, release: () => released.resolve() }
}

/** Returns what takes that back. */
function replaceSync(
  t: Test,
  replacement: (fd: number, sync: (fd: number) => Promise<void>) => Promise<void>
): () => void {
  const { fdatasync } = fs
  const restore = (): void => {
    fs.fdatasync = fdatasync
  }
  t.teardown(restore)
  fs.fdatasync = (fd: number) => replacement(fd, fdatasync)
  return restore
}

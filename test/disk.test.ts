import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import type { Node } from '../lab/network.js'
import { reader, writer } from '../lab/apps.js'

const LINE = `${'x'.repeat(99_999)}\n`
const TERM = 15
const MB = 1_000_000
const LINES = Array.from({ length: 400_000 }, (_, i) => `${i} ${'x'.repeat(90)}\n`)
const FULL =
  /error: no room in the folder \S+-storage\S*: no space left on device \(ENOSPC\); make room there/
const GONE =
  /error: cannot write to the folder \S+-storage\S*: no such file or directory \(ENOENT\); make it/
const READ_ONLY =
  /error: cannot write to the folder \S+-storage\S*: read-only file system \(EROFS\); make it writable/

const skip = spawnSync('sh', ['-c', 'mount -t tmpfs tmpfs /mnt && umount /mnt']).status !== 0

test('a full disk ends the writer; with room again it goes on', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const disk = await smallDisk(t)
  const ballast = path.join(disk, 'ballast')
  fs.writeFileSync(ballast, Buffer.alloc(20 * MB))
  const input = path.join(await t.tmp(), 'input')
  fs.writeFileSync(input, LINES.join(''))

  const first = writer(t, { bootstrap, storage: disk, input })
  const key = await first.key()
  t.is(await first.ended, 1)
  t.ok(FULL.test(first.stderr), first.stderr)

  fs.unlinkSync(ballast)
  const second = writer(t, { bootstrap, storage: disk })
  t.is(await second.key(), key)
  second.type('after that\n')
  second.endInput()
  await second.says('all committed')
  const text = await readAll(t, key, bootstrap)
  t.ok(text.endsWith('after that\n'))
  const before = text.slice(0, -'after that\n'.length)
  t.ok(before.length > 0 && LINES.join('').startsWith(before), 'what was committed is readable')
})

test('a full disk ends the reader; with room again it has every line', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const disk = await smallDisk(t)
  const ballast = path.join(disk, 'ballast')
  fs.writeFileSync(ballast, Buffer.alloc(30 * MB))
  const input = path.join(await t.tmp(), 'input')
  fs.writeFileSync(input, LINES.slice(0, 150_000).join(''))
  const w = writer(t, { bootstrap, storage: await t.tmp(), input })
  const key = await w.key()
  await w.says('all committed')

  const first = reader(t, key, { bootstrap, storage: disk, flags: ['--from', '0', '--raw'] })
  t.is(await first.ended, 1)
  t.ok(FULL.test(first.stderr), first.stderr)
  const errors = first.stderr.split('\n').filter((line) => line.includes('error'))
  t.is(errors.length, 1)

  fs.unlinkSync(ballast)
  // Where it was is remembered from the first line that it shows.
  const from = first.stdout === '' ? ['--from', '0'] : []
  const second = reader(t, key, { bootstrap, storage: disk, flags: [...from, '--raw', '--exit'] })
  t.is(await second.ended, 0)
  const all = LINES.slice(0, 150_000).join('')
  t.ok(all.startsWith(first.stdout))
  t.ok(all.endsWith(second.stdout))
  t.ok(first.stdout.length + second.stdout.length >= all.length, 'nothing is missing')
})

test('a disk that cannot be written is one clear error', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const disk = await smallDisk(t)
  const first = writer(t, { bootstrap, storage: disk, flags: ['--until-sync', '0'] })
  const key = await first.key()
  first.type('one\n')
  first.endInput()
  t.is(await first.ended, 0)
  spawnSync('mount', ['-o', 'remount,ro', disk])
  for (const app of [
    writer(t, { bootstrap, storage: disk }),
    reader(t, key, { bootstrap, storage: disk })
  ]) {
    t.is(await app.ended, 1)
    t.ok(READ_ONLY.test(app.stderr), app.stderr)
    t.is(app.stdout, '')
  }
  spawnSync('mount', ['-o', 'remount,rw', disk])
  const again = writer(t, { bootstrap, storage: disk })
  t.is(await again.key(), key)
  await again.stop(TERM)
})

test('a folder that is gone ends the writer', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage })
  await w.key()
  // Out of its reach first: it may make a file in the folder while that is emptied.
  const gone = path.join(await t.tmp(), 'gone')
  fs.renameSync(path.join(storage, 'writer-storage'), gone)
  fs.rmSync(gone, { recursive: true })
  const stdin = w.process.stdin!
  while (!w.isOver) {
    if (stdin.write(LINE)) continue
    const drained = new Promise<void>((resolve) => void stdin.once('drain', () => resolve()))
    await Promise.race([drained, w.ended])
  }
  t.is(await w.ended, 1)
  t.ok(GONE.test(w.stderr), w.stderr)
})

async function smallDisk(t: Test): Promise<string> {
  const disk = await t.tmp()
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=44m', 'tmpfs', disk])
  t.teardown(() => spawnSync('umount', [disk]), { order: 1 })
  return disk
}

async function readAll(t: Test, key: string, bootstrap: Node[]): Promise<string> {
  const flags = ['--from', '0', '--raw', '--exit']
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  t.is(await r.ended, 0)
  return r.stdout
}

// `--hand-over`: a file by a log of its own.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import b4a from 'b4a'
import { hash, randomBytes } from 'hypercore-crypto'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { NOWHERE } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import { listLogs } from '../shared/storage/list.js'
import { measureFolder } from '../shared/storage/measure-folder.js'

const GET = ['--from', '0', '--raw', '--exit']
const isLinux = process.platform === 'linux'
const MB = 1_000_000
const LOOK = 20 // ms

test('a file that is interrupted twice arrives once, byte for byte', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const { file, input } = await makeFile(t, 'photos of 2026.tar', 200 * MB)
  const flags = ['--hand-over', file]
  const start = (): Program => writer(t, { bootstrap, storage, flags })

  const first = start()
  const key = await first.key()
  await first.says('new log "hand-over-photos-of-2026-')
  await grown(storage, 8 * MB)
  t.is(await first.stop(SIGKILL), SIGKILL)

  const second = start()
  t.is(await second.key(), key, 'the same log')
  await grown(storage, 30 * MB)
  t.is(await second.stop(SIGTERM), 143)
  await second.says('stopped, all committed')
  const [log] = await listLogs(storage)
  t.ok(log!.bytes! > 0 && log!.bytes! < input.byteLength, 'a part of it is in')

  const third = start()
  t.is(await third.key(), key)
  await third.says(`goes on at block ${log!.blocks}`)
  const bytes = await get(t, third, { bootstrap, key })
  t.ok(b4a.equals(bytes, input))
  const [whole] = await listLogs(storage)
  t.is(whole!.bytes, input.byteLength, 'nothing is in it twice')
})

test('the command it prints gets the file, and both ends say its bytes and digest', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { file, input } = await makeFile(t, "it's.txt", 300_000)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage, flags: ['--hand-over', file] })
  const key = await w.key()
  await w.says(`${key} --from 0 --raw --exit`)
  t.ok(/to get it: .* > 'it'\\''s\.txt'\n/.test(w.stderr), 'quoted for a shell')
  t.ok(b4a.equals(await get(t, w, { bootstrap, key }), input))

  const again = writer(t, { bootstrap, storage, flags: ['--hand-over', file] })
  t.is(await again.key(), key, 'for one more reader')
  await get(t, again, { bootstrap, key })

  fs.writeFileSync(file, 'something else')
  const other = writer(t, { bootstrap, storage, flags: ['--hand-over', file] })
  t.absent((await other.key()) === key, 'it was handed over: this is another file')
  t.is(b4a.toString(await get(t, other, { bootstrap, key: await other.key() })), 'something else')
  t.is((await listLogs(storage)).length, 2)
})

test('an empty file is handed over', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { file } = await makeFile(t, 'empty', 0)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--hand-over', file] })
  t.is((await get(t, w, { bootstrap, key: await w.key() })).byteLength, 0)
})

test('--until-sync has it wait for more readers', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { file } = await makeFile(t, 'file', 1000)
  const flags = ['--hand-over', file, '--until-sync', '2']
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
  const key = await w.key()
  for (let i = 0; i < 2; i++) {
    t.absent(w.stderr.includes('handed over'))
    t.is(await reader(t, key, { bootstrap, storage: await t.tmp(), flags: GET }).ended, 0)
  }
  t.is(await w.ended, 0)
  t.ok(w.stderr.includes('handed over to 2 readers: 1000 bytes, digest '))
})

test('a pipe is held back until it is whole, and a part of it is compared', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const input = b4a.toString(randomBytes(3 * MB), 'hex')
  const flags = ['--hand-over', '-']
  const start = (): Program => writer(t, { bootstrap, storage, flags })
  const first = start()
  const key = await first.key()
  first.type(input.slice(0, 4 * MB))
  await grown(storage, 2 * MB)
  t.is(await first.stop(SIGKILL), SIGKILL)

  const w = start()
  t.is(await w.key(), key)
  await w.says('not shared before the end of the input')
  w.type(input.slice(0, 5 * MB))
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: GET })
  await r.says('looking for peers')
  t.absent(w.stderr.includes('handing over to'))
  w.type(input.slice(5 * MB))
  w.endInput()
  t.is(await r.ended, 0)
  t.is(await w.ended, 0)
  t.is(r.stdout, input)

  const next = start()
  t.absent((await next.key()) === key, 'what comes later is something else')
})

for (const [what, change] of [
  ['has another beginning', (text) => `X${text.slice(1)}`],
  ['is shorter', (text) => text.slice(0, 5)],
  ['is longer', (text) => `${text}more`]
] as [string, (text: string) => string][]) {
  test(`a file that ${what} than what is shared is refused, and the log stays`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const storage = await t.tmp()
    const file = path.join(await t.tmp(), 'file')
    const text = 'one line\nand another\n'
    fs.writeFileSync(file, text)
    const flags = ['--hand-over', file]
    const start = (): Program => writer(t, { bootstrap, storage, flags })
    const first = start()
    const key = await first.key()
    await first.says('all committed')
    t.is(await first.stop(SIGTERM), 143)

    fs.writeFileSync(file, change(text))
    const second = start()
    t.is(await second.ended, 1)
    const [error, ...more] = second.stderr.split('\n').filter((line) => line.includes('error'))
    t.ok(error?.includes('is not what the log "hand-over-file-'), error)
    t.is(more.length, 0)

    fs.writeFileSync(file, text)
    t.is(b4a.toString(await get(t, start(), { bootstrap, key })), text)
  })
}

test('a file that is none, or cannot be read, is told in one sentence, and nothing is made', async (t) => {
  const storage = path.join(await t.tmp(), 'storage')
  const folder = await t.tmp()
  for (const [file, says] of [
    [path.join(folder, 'none'), 'no such file or directory (ENOENT)'],
    [folder, 'is a folder: hand over an archive of it'],
    ['/dev/null', 'is no regular file'],
    ['x'.repeat(300), 'file name too long (ENAMETOOLONG)']
  ] as const) {
    const w = writer(t, {
      bootstrap: NOWHERE,
      storage,
      flags: ['--hand-over', file]
    })
    t.is(await w.ended, 2)
    t.is(w.stdout, '')
    t.is(w.stderr.split('\n').length, 2, w.stderr)
    t.ok(w.stderr.includes(says), w.stderr)
  }
  t.absent(fs.existsSync(storage))
})

for (const other of ['--export', '--list', '--import']) {
  test(`--hand-over and ${other} contradict each other`, async (t) => {
    const flags = ['--hand-over', 'file', other, ...(other === '--import' ? ['folder'] : [])]
    const w = writer(t, { bootstrap: NOWHERE, storage: await t.tmp(), flags })
    t.is(await w.ended, 2)
    t.ok(/error: choose one of .*--hand-over.*/.test(w.stderr), w.stderr)
  })
}

test('a file that stops being readable is named', { skip: !isLinux }, async (t) => {
  const flags = ['--hand-over', '/proc/self/mem'] // opens, and cannot be read from its start
  const w = writer(t, { bootstrap: NOWHERE, storage: await t.tmp(), flags })
  t.is(await w.ended, 1)
  const error = 'error: cannot read "/proc/self/mem": input/output error (EIO)\n'
  t.ok(w.stderr.includes(error), w.stderr)
})

test('a writer that is killed while a reader gets the file goes on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const { file, input } = await makeFile(t, 'file', 60 * MB)
  const flags = ['--hand-over', file]
  const first = writer(t, { bootstrap, storage, flags })
  const key = await first.key()
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: GET })
  await r.until(() => r.byteLength > 0, 'print')
  t.is(await first.stop(SIGKILL), SIGKILL)
  t.ok(r.byteLength < input.byteLength, 'it has a part')

  const second = writer(t, { bootstrap, storage, flags })
  t.is(await r.ended, 0, r.stderr)
  t.is(await second.ended, 0, second.stderr)
  t.ok(b4a.equals(r.bytes, input))
})

test('--log gives it another log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { file, input } = await makeFile(t, 'file', 1000)
  const flags = ['--hand-over', file, '--log', 'mine']
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
  await w.says('new log "mine"')
  t.ok(b4a.equals(await get(t, w, { bootstrap, key: await w.key() }), input))
})

async function makeFile(
  t: Test,
  name: string,
  size: number
): Promise<{ file: string; input: Uint8Array }> {
  const file = path.join(await t.tmp(), name)
  const input = randomBytes(size)
  fs.writeFileSync(file, input)
  return { file, input }
}

// By a reader that has nothing of it; both end, and say the same.
async function get(
  t: Test,
  w: Program,
  { bootstrap, key }: { bootstrap: { host: string; port: number }[]; key: string }
): Promise<Uint8Array> {
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: GET })
  t.is(await r.ended, 0, r.stderr)
  t.is(await w.ended, 0, w.stderr)
  const sum = `${r.bytes.byteLength} bytes, digest ${b4a.toString(hash(r.bytes), 'hex')}\n`
  t.ok(w.stderr.endsWith(`[writer] handed over to 1 reader: ${sum}`), w.stderr)
  t.ok(r.stderr.includes(`[reader] ${sum}`), r.stderr)
  return r.bytes
}

// Resolves when the folder, which nobody tells about, has so many bytes.
async function grown(folder: string, bytes: number): Promise<void> {
  while (measureFolder(folder).disk < bytes)
    await new Promise<void>((resolve) => setTimeout(() => resolve(), LOOK))
}

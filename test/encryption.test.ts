// An encrypted log: who can read it, who can keep it, and where its bytes are to be found.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { encode } from 'hypercore-id-encoding'
import { reader, run, writer } from '../lab/apps.js'
import { blindPeer } from '../lab/blind-peers.js'
import { bareBones } from '../lab/bare-bones.js'
import { commandLine, FROM_START } from '../lab/commands.js'
import { NOWHERE, type Node } from '../lab/network.js'
import { exportLog, openLog, wholeKey } from '../shared/index.js'
import { importLog } from '../shared/storage/move-log.js'
import { formatKey, parseKey, splitKey } from '../shared/log/key.js'

const TERM = 15
const ALL = [...FROM_START, '--exit']
const TEXT = 'MRJCqFfVtXMZ6DGhTQHY2bXIPBgTzOW5'

test('an encrypted log is read with the whole key, and no disk holds one plain byte of it', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storages = { writer: await t.tmp(), mirror: await t.tmp(), reader: await t.tmp() }
  const flags = ['--encrypt', '--until-sync', '1']
  const w = writer(t, { bootstrap, storage: storages.writer, flags })
  const key = await w.key()
  t.is(key.length, 128)
  await w.says(` ${key}`) // the command to copy
  const lines = Array.from({ length: 20 }, (_, i) => `${i} ${TEXT}\n`).join('')
  w.type(lines)
  w.endInput()
  const mirror = { bootstrap, storage: storages.mirror, flags: ['--mirror'] }
  const m = reader(t, key.slice(0, 64), mirror)
  t.is(await w.ended, 0, 'the mirror holds the whole log')

  // The writer is off now: all comes from the mirror.
  const setting = { bootstrap, storage: storages.reader, flags: ALL }
  for (const [args, options] of [
    [[`web=${key}`], {}],
    [['web'], {}],
    [
      [
        parts(key)
          .map((part) => encode(part))
          .join('')
      ],
      {}
    ],
    [[], { env: { PEARLOG_KEY: key.toUpperCase() } }]
  ] as const) {
    const r = run(t, commandLine('reader', [...args], setting), options)
    t.is(await r.ended, 0, r.stderr)
    t.is(r.stdout, lines)
  }
  const names = fs.readFileSync(path.join(storages.reader, 'names'), 'utf8')
  t.is(names.length, 'web '.length + 104 + 1)
  const tail = reader(t, 'web', { ...setting, flags: ['--tail', '1', '--exit', '--json'] })
  t.is(await tail.ended, 0, tail.stderr)
  t.is((JSON.parse(tail.stdout) as { data: string }).data, `19 ${TEXT}\n`)

  // A look goes through the process that has the copy: the one of the mirror, which cannot read it.
  const look = reader(t, key, { bootstrap, storage: storages.mirror, flags: ALL })
  t.is(await look.ended, 0, look.stderr)
  t.is(look.stdout, lines)
  t.is(await m.stop(TERM), 143)
  for (const [who, storage] of Object.entries(storages)) {
    t.absent(isIn(storage, b4a.from(TEXT)), `not in the ${who}'s folder`)
    const [, secret] = parts(key)
    const words = [secret!, b4a.from(key.slice(64)), b4a.from(encode(secret!))]
    const found = words.filter((word) => isIn(storage, word))
    t.alike(
      found,
      who === 'reader' ? [words[2]] : [],
      `the secret is in ${who === 'reader' ? 'names alone' : 'no file'}`
    )
    const list = run(t, commandLine('reader', ['--list', '--json'], { bootstrap, storage }))
    t.is(await list.ended, 0)
    t.absent(list.stdout.includes(encode(secret!)), 'nor in the list')
    t.ok(list.stdout.includes('"kind":"encrypted"'), list.stdout)
  }
})

test('the disk of a blind peer holds no plain byte of an encrypted log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const folder = await t.tmp()
  const peer = await blindPeer(t, bootstrap, folder)
  const flags = ['--blind-peer', peer.key, '--until-sync', 'blind']
  const keep = async (text: string, kind: string[]): Promise<string> => {
    const w = writer(t, { bootstrap, storage: await t.tmp(), flags: [...flags, ...kind] })
    w.type(`${text}\n`)
    w.endInput()
    t.is(await w.ended, 0, w.stderr)
    return w.key()
  }
  const plain = 'K7wPn3ZrXc9LdVtYb2GhQm5SfJu8EaRi'
  await keep(plain, [])
  const key = await keep(TEXT, ['--encrypt'])
  const r = reader(t, key, {
    bootstrap,
    storage: await t.tmp(),
    flags: ['--blind-peer', peer.key, ...ALL]
  })
  t.is(await r.ended, 0, r.stderr)
  t.is(r.stdout, `${TEXT}\n`)
  await peer.server.stop(TERM)
  const [own, secret] = parts(key)
  t.ok(isIn(folder, b4a.from(plain)), 'of another log it does')
  t.ok(isIn(folder, own!), 'it has the log')
  t.absent(isIn(folder, b4a.from(TEXT)))
  t.absent(isIn(folder, secret!))
})

test('the search for plain bytes finds them in a plain log', async (t) => {
  const dir = await t.tmp()
  const log = await openLog(dir, { network: { bootstrap: NOWHERE } })
  await log.core.append(b4a.from(TEXT))
  await log.close()
  t.ok(isIn(dir, b4a.from(TEXT)))
})

test('a wrong secret, none, and one too many are refused before anything is printed', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap, ['--encrypt'])
  const plain = await serve(t, bootstrap, [])
  const [own, other] = [key.slice(0, 64), 'b'.repeat(64)]
  for (const [wrong, says] of [
    [own, /is encrypted, and this key has no secret: .*--mirror/],
    [own + other, /the secret in this key, its second half, is not the one of this log/],
    [plain + other, /this log is not encrypted/]
  ] as const) {
    const storage = await t.tmp()
    // The first one knows it from the first proof, the others from the copy.
    for (const flags of wrong === own ? [['--raw'], ['--exit']] : [['--from', '0'], ['--exit']]) {
      const r = reader(t, wrong, { bootstrap, storage, flags })
      t.is(await r.ended, 2, flags.join(' '))
      t.is(r.stdout, '')
      t.ok(says.test(r.stderr), r.stderr)
      t.absent(r.stderr.includes(other))
    }
  }
})

test('a key of any other length is none', (t) => {
  const [own, secret] = ['a'.repeat(64), 'b'.repeat(64)]
  const [z32, half] = [encode(b4a.alloc(32, 1)), encode(b4a.alloc(32, 2))]
  t.alike(parseKey(z32 + half), b4a.concat([b4a.alloc(32, 1), b4a.alloc(32, 2)]))
  t.is(formatKey(parseKey(`pear://${own}${secret}/\n`)), own + secret)
  for (const text of [
    own + secret + secret,
    own + half,
    (own + secret).slice(1),
    z32 + half + 'y',
    z32 + half.slice(0, -1) + 'e',
    `${own}=${secret}`
  ]) {
    try {
      parseKey(text)
      t.fail(text)
    } catch (err) {
      t.ok(/^not a key: .*\(of an encrypted log 128 or 104\)/.test((err as Error).message))
    }
  }
})

test('a name learns the secret of its log, and a mirror remembers none', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap, ['--encrypt'])
  const storage = await t.tmp()
  const flags = ['--mirror', '--exit']
  for (const arg of [`web=${key}`, `web=${key.slice(0, 64)}`]) {
    const m = reader(t, arg, { bootstrap, storage, flags })
    t.is(await m.ended, 0, m.stderr)
  }
  const unread = reader(t, 'web', { bootstrap, storage, flags: ALL })
  t.is(await unread.ended, 2)
  for (const arg of [`web=${key}`, 'web']) {
    const r = reader(t, arg, { bootstrap, storage, flags: ALL })
    t.is(await r.ended, 0, r.stderr)
    t.is(r.stdout, 'hello\n')
  }
  const m = reader(t, 'web', { bootstrap, storage, flags })
  t.is(await m.ended, 0, m.stderr)
  t.is(fs.readFileSync(path.join(storage, 'names'), 'utf8').trim().split('\n').length, 2)
})

test('--encrypt is for a new log, which stays encrypted without it', async (t) => {
  const storage = await t.tmp()
  const write = async (...flags: string[]) => {
    const w = writer(t, { bootstrap: NOWHERE, storage, flags: ['--until-sync', '0', ...flags] })
    w.endInput()
    return { code: await w.ended, stdout: w.stdout, stderr: w.stderr }
  }
  t.is((await write()).code, 0)
  const refused = await write('--encrypt')
  t.is(refused.code, 2)
  t.is(refused.stdout, '')
  t.ok(/is not encrypted, and stays as it is: begin a new one with --log NAME/.test(refused.stderr))
  const first = await write('--encrypt', '--log', 'web')
  t.is(first.stdout.length, 'hypercore key: '.length + 128 + 1)
  for (const flags of [[], ['--encrypt']])
    t.alike((await write('--log', 'web', ...flags)).stdout, first.stdout)
})

test('a compressed log is encrypted after it is compressed', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const flags = ['--compress', '--encrypt']
  const key = await serve(t, bootstrap, flags)
  const storage = await t.tmp()
  const r = reader(t, key, { bootstrap, storage, flags: ALL })
  t.is(await r.ended, 0, r.stderr)
  t.is(r.stdout, 'hello\n')
  const stored = reader(t, key, {
    bootstrap,
    storage,
    flags: ['--from', '0', '--as-stored', '--exit']
  })
  t.is(await stored.ended, 0, stored.stderr)
  t.alike([...stored.bytes.subarray(0, 2)], [0x1f, 0x8b], 'decrypted, it is a gzip member')
  t.absent(isIn(storage, stored.bytes))
})

test('an exported log takes its secret along', async (t) => {
  const [old, dir] = [await t.tmp(), await t.tmp()]
  const network = { bootstrap: NOWHERE }
  const first = await openLog(old, { network, kind: { encrypted: true } })
  await first.core.append(b4a.from(TEXT))
  const key = wholeKey(first.core)
  await exportLog(first.core, old)
  await first.close()
  await importLog(old, dir)
  const second = await openLog(dir, { network })
  t.teardown(() => second.close())
  t.alike(wholeKey(second.core), key)
  t.alike(await second.core.get(0), b4a.from(TEXT))
})

test('a program of Hypercore reads it with the key and the secret', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap, ['--encrypt'])
  const [own, secret] = parts(key)
  const core = await bareBones(t, bootstrap, own!, () => {}, { encryptionKey: secret! })
  t.is(b4a.toString(await core.get(0)), 'hello\n')
  t.is(core.byteLength, 6)
})

// Serves one line; returns its key.
async function serve(t: Test, bootstrap: Node[], flags: string[]): Promise<string> {
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
  w.type('hello\n')
  w.endInput()
  await w.says('serving')
  return w.key()
}

function parts(key: string): Uint8Array[] {
  const { key: own, secret } = splitKey(parseKey(key))
  return [own, secret!]
}

/** Whether a file below `folder` has these bytes in it. */
function isIn(folder: string, bytes: Uint8Array): boolean {
  return fs.readdirSync(folder).some((name) => {
    const file = path.join(folder, name)
    const stat = fs.lstatSync(file)
    if (stat.isDirectory()) return isIn(file, bytes)
    return stat.isFile() && b4a.indexOf(fs.readFileSync(file) as Uint8Array, bytes) !== -1
  })
}

// What --list tells, while apps run and when they do not.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import { decode, encode } from 'hypercore-id-encoding'
import test, { type Test } from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { appCommand, commandLine, FROM_START } from '../lab/commands.js'
import { NOWHERE } from '../lab/network.js'
import type { AppName } from '../shared/host/runtime.js'
import { openLog } from '../shared/index.js'
import type { LogEntry } from '../shared/storage/list.js'
import { parseStatus } from '../shared/storage/run-status.js'

const [KILL, TERM] = [9, 15]
const OWN = 'writer-storage'

test('--list tells of logs that run, and leaves them running', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage, flags: ['--log', 'web'] })
  const key = await w.key()
  w.type('one\ntwo\n')
  const r = reader(t, key, { bootstrap, storage, flags: FROM_START })
  await r.prints('two\n')

  const entries = await listed(t, storage, areConnected)
  const [own, copy] = entries as [LogEntry, LogEntry]
  t.is(own.role, 'writer')
  t.is(own.name, 'web')
  t.is(own.bytes, 8)
  t.is(own.position, null)
  t.is(own.running!.pid, w.process.pid)
  t.is(copy.role, 'reader')
  t.is(copy.running!.pid, r.process.pid)
  for (const entry of entries) {
    t.is(entry.key, encode(decode(key)))
    t.is(entry.problem, null)
    t.ok(entry.disk! > 0)
    t.ok(Math.abs(Date.parse(entry.changed!) - Date.now()) < 60_000)
  }
  const { stdout } = await list(t, 'reader', storage)
  t.ok(line(stdout, 'writer').includes(`running, pid ${w.process.pid}, 1 peer`))
  t.ok(line(stdout, 'reader').includes('at block 1'))

  w.type('three\n')
  await r.prints('three\n')
  t.is(await r.stop(TERM), 143)
  t.is(await w.stop(TERM), 143)
  const after = await entriesOf(t, storage)
  t.alike(
    after.map(({ blocks, position, running }) => [blocks, position, running]),
    [
      [2, null, null],
      [2, 2, null]
    ]
  )
})

test('--list names a writer that runs with --no-sync', async (t) => {
  const storage = await t.tmp()
  for (const [flags, synced] of [
    [['--log', 'safe'], true],
    [['--log', 'fast', '--no-sync'], false]
  ] as const) {
    const all = ['--until-sync', '0', ...flags]
    const w = writer(t, { bootstrap: NOWHERE, storage, flags: all })
    w.endInput()
    t.is(await w.ended, 0)
    const entry = (await entriesOf(t, storage)).find(({ name }) => name === flags[1])
    t.is(entry!.synced, synced)
  }
  const { stdout } = await list(t, 'writer', storage)
  t.alike(
    stdout
      .split('\n')
      .filter((text) => text.includes('--no-sync'))
      .map((text) => text.split(/ +/)[1]),
    ['fast']
  )
})

test('what a killed app has not told any more, its database tells', async (t) => {
  const storage = await t.tmp()
  const w = writer(t, { bootstrap: NOWHERE, storage })
  await w.key()
  await listed(t, storage, ([own]) => own?.blocks === 0)
  const file = path.join(storage, OWN, 'status.json')
  const early = fs.readFileSync(file)
  w.type('one\n')
  await listed(t, storage, ([own]) => own?.blocks === 1)
  await w.stop(KILL)
  fs.writeFileSync(file, early)
  const [own] = await entriesOf(t, storage)
  t.is(own!.blocks, 1)
  t.is(own!.running, null)
})

test('a log of 0.1.0 is listed, and is not changed by that', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage })
  const key = await w.key()
  w.type('one\ntwo\n')
  const r = reader(t, key, { bootstrap, storage, flags: FROM_START })
  await r.prints('two\n')
  await r.stop(TERM)
  await w.stop(TERM)
  const copy = path.join(storage, 'reader-storage')
  const folders = [path.join(storage, OWN), path.join(copy, fs.readdirSync(copy)[0]!)]
  for (const dir of folders) {
    for (const name of ['status.json', 'key']) fs.unlinkSync(path.join(dir, name))
  }
  const before = folders.map(snapshot)
  const entries = await entriesOf(t, storage)
  t.alike(folders.map(snapshot), before)
  t.alike(
    entries.map(({ blocks, bytes, position, key: id }) => [blocks, bytes, position, id]),
    [
      [1, 8, null, encode(decode(key))],
      [1, 8, 1, encode(decode(key))]
    ]
  )
})

test('another program that has a log open is told from the run before', async (t) => {
  const storage = await t.tmp()
  const w = writer(t, { bootstrap: NOWHERE, storage })
  await w.key()
  await listed(t, storage, ([own]) => own?.blocks === 0)
  const file = path.join(storage, OWN, 'status.json')
  await w.stop(KILL)
  const left = fs.readFileSync(file, 'utf8')

  const log = await openLog(path.join(storage, OWN), { network: { bootstrap: NOWHERE } })
  t.teardown(() => log.close())
  // One that is alive, and has another thing to do, has the number now.
  const other = run(t, ['sleep', '60'])
  const reused = left.replace(/"pid": \d+/, `"pid": ${other.process.pid}`)
  for (const text of [left, reused]) {
    fs.writeFileSync(file, text)
    const [own] = await entriesOf(t, storage)
    t.alike(own!.running, { pid: null, peers: null, since: null })
  }
  await log.close()
  t.is((await entriesOf(t, storage))[0]!.running, null)
})

for (const [what, text] of [
  ['nothing', ''],
  ['the beginning of one', '{"role": "writer", "id":'],
  ['null', 'null'],
  ['an array', '[]'],
  ['numbers', '{"role": 1, "id": 2, "pid": "3"}'],
  ['bytes', b4a.from([0xff, 0xfe, 0x00, 0x80])],
  ['too much', ' '.repeat(2 * 1024 * 1024)]
] as const) {
  test(`a status.json that holds ${what} is made anew`, async (t) => {
    const storage = await t.tmp()
    const first = writer(t, { bootstrap: NOWHERE, storage })
    const key = await first.key()
    await first.stop(TERM)
    for (const name of ['status.json', 'key']) fs.writeFileSync(path.join(storage, OWN, name), text)
    const [own] = await entriesOf(t, storage)
    t.alike([own!.blocks, own!.key, own!.problem], [0, encode(decode(key)), null])

    const second = writer(t, { bootstrap: NOWHERE, storage })
    t.is(await second.key(), key)
    await listed(t, storage, ([log]) => log?.running?.pid === second.process.pid)
    t.pass()
  })
}

test('status.json says how a run ended, and nothing secret', async (t) => {
  const storage = await t.tmp()
  const key = 'a'.repeat(64)
  const command = commandLine('reader', [key], {
    bootstrap: NOWHERE,
    storage,
    flags: ['--from', '0']
  })
  const r = run(t, ['sh', '-c', '"$@" > /dev/full', 'sh', ...command])
  t.is(await r.ended, 1)
  const folder = path.join(storage, 'reader-storage')
  const dir = path.join(folder, fs.readdirSync(folder)[0]!)
  const text = fs.readFileSync(path.join(dir, 'status.json'), 'utf8')
  const status = parseStatus(text)!
  t.ok(status.ended)
  t.ok(status.lastError!.message.startsWith('cannot write to standard output'))
  t.is(status.id, b4a.toString(Hypercore.discoveryKey(decode(key)), 'hex'))
  t.absent(text.includes(key) || text.includes(encode(decode(key))))
  for (const name of ['status.json', 'key']) {
    t.is(fs.statSync(path.join(dir, name)).mode & 0o777, 0o600)
  }
})

test('an exported log is listed as that, and an import has a status of its own', async (t) => {
  const [old, storage] = [await t.tmp(), await t.tmp()]
  const w = writer(t, { bootstrap: NOWHERE, storage: old, flags: ['--export'] })
  t.is(await w.ended, 2, 'there is none yet')
  const first = writer(t, { bootstrap: NOWHERE, storage: old, flags: ['--until-sync', '0'] })
  first.endInput()
  t.is(await first.ended, 0)
  const end = writer(t, { bootstrap: NOWHERE, storage: old, flags: ['--export'] })
  t.is(await end.ended, 0)
  t.ok(line((await list(t, 'writer', old)).stdout, 'writer').endsWith('exported'))
  const flags = ['--import', path.join(old, OWN)]
  const second = writer(t, { bootstrap: NOWHERE, storage, flags })
  await second.key()
  t.alike(
    fs.readdirSync(path.join(storage, OWN, 'db')).filter((name) => name === 'key'),
    []
  )
})

test('a database that cannot be read is told, and the others are listed', async (t) => {
  const storage = await t.tmp()
  for (const name of ['a', 'b']) {
    const w = writer(t, { bootstrap: NOWHERE, storage, flags: ['--log', name] })
    await w.key()
    await w.stop(KILL)
  }
  fs.rmSync(path.join(storage, 'writer-storage-a', 'db'), { recursive: true })
  const [a, b] = await entriesOf(t, storage)
  t.ok(a!.problem!.includes('writer-storage-a'))
  t.is(b!.problem, null)
})

for (const app of ['writer', 'reader'] as const) {
  test(`--list of the ${app}: no logs, and what is not a folder of logs`, async (t) => {
    const storage = path.join(await t.tmp(), 'none')
    const none = await list(t, app, storage)
    t.is(none.code, 0)
    t.is(none.stdout, '')
    t.ok(none.stderr.includes(`no logs in ${storage}`))
    t.absent(fs.existsSync(storage), 'nothing was made')

    const file = path.join(await t.tmp(), 'file')
    fs.writeFileSync(file, '')
    const wrong = await list(t, app, file)
    t.is(wrong.code, 1)
    t.ok(/error: .*file: not a directory/.test(wrong.stderr), wrong.stderr)
  })
}

for (const [app, flag] of [
  ['reader', '--from=1'],
  ['reader', '--tail=1'],
  ['reader', '--raw'],
  ['reader', '--exit'],
  ['reader', '--count=1'],
  ['writer', '--until-sync=1'],
  ['writer', '--export'],
  ['writer', '--import=x']
] as const) {
  test(`--list does not go with ${flag}`, async (t) => {
    const { code, stderr } = await list(t, app, await t.tmp(), [flag])
    t.is(code, 2)
    t.ok(/error: choose one of --list and --/.test(stderr), stderr)
  })
}

async function list(t: Test, app: AppName, storage: string, flags: string[] = []) {
  const program = run(t, [...appCommand(app), '--list', '--storage', storage, ...flags])
  const code = await program.ended
  return { code, stdout: program.stdout, stderr: program.stderr }
}

async function entriesOf(t: Test, storage: string): Promise<LogEntry[]> {
  const { code, stdout, stderr } = await list(t, 'writer', storage, ['--json'])
  if (code !== 0) throw new Error(stderr)
  const lines = stdout.split('\n').filter((text) => text !== '')
  return lines.map((text) => JSON.parse(text) as LogEntry)
}

function areConnected(all: LogEntry[]): boolean {
  const connected = all.every(({ blocks, running }) => blocks === 1 && running?.peers === 1)
  return all.length === 2 && connected && all[1]!.position === 1
}

// Asks again until it is told: a running app tells once a second.
async function listed(
  t: Test,
  storage: string,
  condition: (entries: LogEntry[]) => boolean
): Promise<LogEntry[]> {
  while (true) {
    const entries = await entriesOf(t, storage)
    if (condition(entries)) return entries
  }
}

function line(text: string, start: string): string {
  return text.split('\n').find((row) => row.startsWith(start)) ?? ''
}

function snapshot(folder: string): string[] {
  return fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    const { mtimeMs, size } = fs.statSync(file)
    const own = `${file} ${size} ${mtimeMs}`
    return fs.statSync(file).isDirectory() ? [own, ...snapshot(file)] : [own]
  })
}

// Several logs in one reader.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import test, { type Test } from 'brittle'
import { run, writer, type AppOptions } from '../lab/apps.js'
import { commandLine, FROM_START } from '../lab/commands.js'
import { NOWHERE, type Node } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { SIGTERM } from '../lab/signals.js'
import { sleep } from '../lab/time.js'
import { chooseLogs } from '../shared/host/choose-logs.js'
import { ReplicatedCore } from '../shared/peers/replicated-core.js'
import { SharedSwarm } from '../shared/peers/shared-swarm.js'
import type { LogEntry } from '../shared/storage/list.js'

const SIGHUP = 1
const KEY = 'a'.repeat(64)
// Logs of each kind are read together.
const KINDS: Record<string, string[]> = { web: ['--encrypt'], db: ['--compress'] }

test('lines of several logs come whole, each after the name of its log', async (t) => {
  const { logs, read, given } = await setUp(t, 'web', 'db', 'api')
  for (const [name, w] of logs) w.type(`${name} 0\n`)
  const r = read([...given, '--from', '0'])
  for (const [name] of logs) await r.prints(`${name} | ${name} 0\n`)
  for (let i = 1; i <= 20; i++) for (const [name, w] of logs) w.type(`${name} ${i}\n`)
  for (const [name] of logs) await r.prints(`${name} | ${name} 20\n`)
  const lines = r.stdout.trimEnd().split('\n')
  t.is(lines.length, 63)
  for (const line of lines) t.ok(/^(\w+) \| \1 \d+$/.test(line), line)
  t.is(await r.stop(SIGTERM), 143)

  for (const [name, w] of logs) w.type(`${name} 21\n`)
  const next = read(['web', 'db', 'api', '--count', '1', '--json'])
  t.is(await next.ended, 0, next.stderr)
  const objects = next.stdout.trimEnd().split('\n').toSorted()
  t.alike(
    objects.map((line) => JSON.parse(line) as { log: string; data: string }),
    ['api', 'db', 'web'].map((log) => ({ log, block: blockOf(log), data: `${log} 21\n` })),
    'each goes on where it was'
  )
  const single = read(['web', '--exit', '--raw'])
  t.is(await single.ended, 0, single.stderr)
  t.is(single.stdout, '', 'also when it is read alone')

  function blockOf(log: string): number {
    return (JSON.parse(objects.find((line) => line.includes(`"${log}"`))!) as { block: number })
      .block
  }
})

test('a file for each log, and other logs at SIGHUP', async (t) => {
  const { logs, read, given, storage } = await setUp(t, 'web', 'db', 'api')
  for (const [name, w] of logs) w.type(`${name} 0\n`)
  const dir = await t.tmp()
  const file = path.join(dir, 'logs.txt')
  const lines = given.map((pair) => pair.replace('=', ' '))
  fs.writeFileSync(file, `# all but one\n${lines[0]}\n\n${lines[1]} # the other\n`)
  const r = read(['--logs', file, '--from', '0', '--output', dir])
  await contains(dir, 'web.log', 'web 0\n')
  await contains(dir, 'db.log', 'db 0\n')

  fs.writeFileSync(file, 'nothing of use\n')
  os.kill(r.process.pid, SIGHUP)
  await r.says('line 1 of')
  await r.says('the same logs are followed as before')

  fs.writeFileSync(file, `${lines[1]}\n${lines[2]}\n`)
  os.kill(r.process.pid, SIGHUP)
  await r.says('web: not followed any more\n')
  await contains(dir, 'api.log', 'api 0\n')
  for (const [name, w] of logs) w.type(`${name} 1\n`)
  await contains(dir, 'api.log', 'api 0\napi 1\n')
  await contains(dir, 'db.log', 'db 0\ndb 1\n')

  const look = read(['db', 'api', '--tail', '1', '--exit'])
  t.is(await look.ended, 0, look.stderr)
  t.alike(look.stdout.trimEnd().split('\n').toSorted(), ['api | api 1', 'db | db 1'])
  const second = read(['db', 'api'])
  t.is(await second.ended, 1, 'one process has the database')
  t.ok(/in use by another pearlog/.test(second.stderr), second.stderr)
  await entries(t, storage, (all) => all.every(({ position }) => position !== null))
  t.is(fs.readFileSync(path.join(dir, 'web.log'), 'utf8'), 'web 0\n')

  fs.writeFileSync(file, lines.join('\n'))
  os.kill(r.process.pid, SIGHUP)
  await contains(dir, 'web.log', 'web 0\nweb 1\n') // what came while it was away, too
  t.is(await r.stop(SIGTERM), 143)

  const next = read(['--logs', file, '--from', '0', '--output', dir, '--exit'])
  t.is(await next.ended, 0, next.stderr)
  for (const [name] of logs) {
    t.is(fs.readFileSync(path.join(dir, `${name}.log`), 'utf8'), `${name} 0\n${name} 1\n`)
  }
})

test('a log that comes back at SIGHUP goes on where it was', async (t) => {
  const { logs, read, given } = await setUp(t, 'web', 'api')
  for (const [name, w] of logs) w.type(`${name} 0\n`)
  const file = path.join(await t.tmp(), 'logs.txt')
  const lines = given.map((pair) => pair.replace('=', ' '))
  fs.writeFileSync(file, lines.join('\n'))
  const r = read(['--logs', file, '--from', '0'])
  await r.prints('web | web 0\n')
  await r.prints('api | api 0\n')
  fs.writeFileSync(file, lines[1]!)
  os.kill(r.process.pid, SIGHUP)
  await r.says('web: not followed any more\n')
  logs.get('web')!.type('web 1\n')
  fs.writeFileSync(file, lines.join('\n'))
  os.kill(r.process.pid, SIGHUP)
  await r.prints('web | web 1\n')
  t.is(r.stdout.split('web | web 0\n').length, 2, 'nothing comes twice')
  await r.stop(SIGTERM)
  const next = read(['--logs', file, '--exit'])
  t.is(await next.ended, 0, next.stderr)
  t.is(next.stdout, '', 'the position has moved')
})

test('a copy of a single run goes on, and a log that fails is alone in that', async (t) => {
  const { logs, read, given, storage } = await setUp(t, 'web', 'db')
  for (const [name, w] of logs) w.type(`${name} 0\n`)
  const single = read([given[0]!, ...FROM_START, '--count', '1'])
  t.is(await single.ended, 0, single.stderr)

  const dir = await t.tmp()
  fs.writeFileSync(path.join(dir, 'db.log'), 'of somebody else\n')
  const r = read(['web', given[1]!, '--output', dir])
  await r.says('error: db: ')
  logs.get('web')!.type('web 1\n')
  await contains(dir, 'web.log', 'web 1\n')
  const all = await entries(t, storage, (found) => found.some(({ name }) => name === 'web'))
  t.is(all.find(({ name }) => name === 'web')!.disk! > 0, true, 'it is where it was')
  t.is(await r.stop(SIGTERM), 143)
  t.is(fs.readFileSync(path.join(dir, 'db.log'), 'utf8'), 'of somebody else\n')

  fs.unlinkSync(path.join(dir, 'db.log'))
  spawnSync('mkfifo', [path.join(dir, 'db.log')])
  const end = read(['web', given[1]!, '--output', dir, '--exit'])
  t.is(await end.ended, 1)
  t.ok(end.stderr.includes('db.log is a device or a pipe'), end.stderr)
  t.ok(/^\[reader\] error: 1 of 2 logs failed: db$/m.test(end.stderr), end.stderr)
})

test('each log goes on where it was when their database has lost its last run', async (t) => {
  const { logs, read, given, storage } = await setUp(t, 'web', 'db')
  for (const [name, w] of logs) w.type(`${name} 0\n`)
  const first = read([...given, '--from', '0'])
  for (const [name] of logs) await first.prints(`${name} | ${name} 0\n`)
  t.is(await first.stop(SIGTERM), 143)

  const db = path.join(storage, 'reader-storage', 'shared', 'db')
  for (const name of fs.readdirSync(db).map(String)) {
    if (name.endsWith('.log')) fs.truncateSync(path.join(db, name), 0)
  }
  for (const [name, w] of logs) w.type(`${name} 1\n`)
  const second = read(['web', 'db'])
  for (const [name] of logs) {
    await second.prints(`${name} | ${name} 1\n`)
    await second.says(`${name}: the disk has lost what came last into this copy`)
  }
  t.is(second.stdout.split('\n').length, 3, 'no line is missed, and none comes twice')
})

test('--list tells how far behind each log is, and when it heard of it', async (t) => {
  const { logs, read, given, storage } = await setUp(t, 'web', 'db')
  for (const [name, w] of logs) for (const i of [0, 1, 2]) w.type(`${name} ${i}\n`)
  for (const [, w] of logs) w.endInput()
  for (const [, w] of logs) await w.says('all committed')
  const first = read([...given, '--from', '0', '--count', '1'])
  t.is(await first.ended, 0, first.stderr)
  for (const entry of await entries(t, storage)) {
    t.ok(entry.behind!.bytes! > 0, `${entry.name} is behind`)
    t.ok(Date.now() - Date.parse(entry.heard!) < 60_000)
  }
  const rest = read(['web', 'db', '--exit'])
  t.is(await rest.ended, 0, rest.stderr)
  for (const entry of await entries(t, storage)) {
    t.alike(entry.behind, { blocks: 0, bytes: 0 })
    t.is(entry.running, null)
  }
})

test('one connection a peer for two logs, and no word of a third', async (t) => {
  const network = await createTestnet(10, t)
  const connections: unknown[] = []
  const open = async (keys: (Uint8Array | null)[]): Promise<ReplicatedCore[]> => {
    const shared = new SharedSwarm({ bootstrap: network.bootstrap })
    const all = await Promise.all(
      keys.map(async (key) => {
        const log = new ReplicatedCore(await t.tmp(), key, { shared })
        await log.ready()
        log.core.on('peer-add', ({ stream }) => connections.push(stream))
        log.join()
        return log
      })
    )
    t.teardown(() => shared.close(), { order: 1 })
    for (const log of all) t.teardown(() => log.close())
    return all
  }
  const own = await open([null, null])
  await Promise.all(own.map(({ core }) => core.append(b4a.from('one'))))
  const copies = await open(own.map(({ core }) => core.key))
  for (const { core } of copies) t.is(b4a.toString(await core.get(0)), 'one')
  t.is(connections.length, 4, 'each log has its peer, at both ends')
  t.is(new Set(connections).size, 2, 'over one connection')

  // Somebody who has one of them, and looks at what is asked for.
  const asked: string[] = []
  const ondiscoverykey = (id: Uint8Array): void => void asked.push(b4a.toString(id, 'hex'))
  const third = new Hypercore(await t.tmp(), own[0]!.core.key)
  await third.ready()
  const swarm = new Hyperswarm({ bootstrap: network.bootstrap })
  swarm.on('connection', (connection) => {
    connection.on('error', () => {})
    third.replicate(Hypercore.createProtocolStream(connection, { ondiscoverykey }))
  })
  t.teardown(() => swarm.destroy())
  t.teardown(() => third.close())
  swarm.join(third.discoveryKey)
  t.is(b4a.toString(await third.get(0)), 'one')
  while (third.peers.length < 2) await sleep(20)
  t.absent(asked.includes(b4a.toString(own[1]!.core.discoveryKey, 'hex')))
})

for (const [what, content, message] of [
  ['is not there', null, /cannot read --logs ".*" \(ENOENT\)/],
  ['is a folder', 'folder', /is a folder, not a file/],
  ['is empty', '# nothing\n', /names no log/],
  ['is not UTF-8', b4a.from([0xff, 0xfe, 0x0a]), /is not a text in UTF-8/],
  ['is large', b4a.alloc(10_000_000, 'x'), /has more in it than names and keys/],
  ['has a line that is none', `web ${KEY} more\n`, /line 1 of ".*" is not a name and a key/],
  ['has a key that is none', `web ${KEY}\ndb abc\n`, /line 2 of ".*": not a key/],
  ['has a name twice', `web ${KEY}\nweb ${'b'.repeat(64)}\n`, /"web" is the name of two logs/],
  ['has a key twice', `web ${KEY}\ndb ${KEY}\n`, /"web" and "db" have the same key/],
  ['has two secrets', `web ${KEY}${KEY}\ndb ${KEY}${'b'.repeat(64)}\n`, /have the same key/]
] as const) {
  test(`a file for --logs that ${what} is refused`, async (t) => {
    const file = path.join(await t.tmp(), 'logs.txt')
    if (content === 'folder') fs.mkdirSync(file)
    else if (content !== null) fs.writeFileSync(file, content)
    const storage = await t.tmp()
    await t.exception(chooseLogs({ args: {}, more: [], flags: { logs: file }, storage }), message)
  })
}

for (const [what, args, message] of [
  ['raw bytes', ['--raw'], /--raw would mix the bytes of several logs/],
  ['text', ['--text'], /--text does not say which log/],
  ['a key in a file', ['--key-file', 'key'], /--key-file has one key/],
  ['a blind peer', ['--blind-peer', 'c'.repeat(64)], /--blind-peer has one log kept/],
  ['a file', ['--output', 'package.json'], /package.json is no folder/],
  ['logs of a file', ['--logs', 'logs.txt'], /choose one of --logs and a key/]
] as const) {
  test(`${what} with several logs is refused`, async (t) => {
    await refused(t, [`web=${KEY}`, `db=${'b'.repeat(64)}`, ...args], message)
  })
}

async function refused(t: Test, args: readonly string[], message: RegExp): Promise<void> {
  const storage = path.join(await t.tmp(), 'none')
  const r = run(t, commandLine('reader', [...args], { bootstrap: NOWHERE, storage }))
  t.is(await r.ended, 2)
  t.ok(message.test(r.stderr), r.stderr)
  t.is(r.stderr.split('\n').length, 2, 'one sentence')
  t.absent(r.stderr.includes(KEY), 'no key is shown')
  t.absent(fs.existsSync(storage), 'nothing was made')
}

interface Logs {
  storage: string
  /** Their writers. */
  logs: Map<string, Program>
  /** `name=<key>` for each. */
  given: string[]
  read: (args: string[]) => Program
}

async function setUp(t: Test, ...names: string[]): Promise<Logs> {
  const { bootstrap } = await createTestnet(10, t)
  const options: AppOptions & { bootstrap: Node[] } = { bootstrap, storage: await t.tmp() }
  const logs = new Map(
    names.map((name) => [
      name,
      writer(t, { ...options, flags: ['--log', name, ...(KINDS[name] ?? [])] })
    ])
  )
  const given: string[] = []
  for (const [name, w] of logs) given.push(`${name}=${await w.key()}`)
  const storage = await t.tmp()
  const read = (args: string[]): Program =>
    run(t, commandLine('reader', args, { bootstrap, storage }))
  return { storage, logs, given, read }
}

// As --list has them, once `condition` holds.
async function entries(
  t: Test,
  storage: string,
  condition: (all: LogEntry[]) => boolean = () => true
): Promise<LogEntry[]> {
  while (true) {
    const args = ['--list', '--json']
    const list = run(t, commandLine('reader', args, { bootstrap: NOWHERE, storage }))
    t.is(await list.ended, 0, list.stderr)
    const lines = list.stdout.trimEnd().split('\n')
    const all = lines.map((line) => JSON.parse(line) as LogEntry)
    if (condition(all)) return all
  }
}

async function contains(dir: string, name: string, text: string): Promise<void> {
  const file = path.join(dir, name)
  while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) await sleep(20)
}

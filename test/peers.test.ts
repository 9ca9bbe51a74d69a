import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import DHT from 'hyperdht'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import test, { type Test } from 'brittle'
import { BlockReader } from '../shared/log/block-reader.js'
import { Pusher } from '../shared/log/pusher.js'
import { enforceRules, replicate } from '../shared/peers/peer-rules.js'
import { ReplicatedCore, type Network, type Status } from '../shared/peers/replicated-core.js'
import { makeSwarm } from '../shared/peers/swarm.js'
import { bareBones } from '../lab/bare-bones.js'
import { median } from '../lab/median.js'
import { NOWHERE } from '../lab/network.js'
import { now } from '../lab/time.js'

// ms; without looking again soon it was 1,050, and 12,000 with nodes that are gone
const SOON = 700
const SOON_WITH_GONE = 8000
const MANY = 3
const RMEM_MAX = '/proc/sys/net/core/rmem_max'
const isKnown = fs.existsSync(RMEM_MAX)
const DEEP = 50 // frames; a stack trace has the nearest ten

test('the status is that of the network and the peers', async (t) => {
  const network = await createTestnet(10, t)
  const writer = await open(t, network)
  t.is(writer.status, 'not joined')
  const seen: Status[] = []
  writer.on('status', () => seen.push(writer.status))
  writer.join()
  const reader = await open(t, network, writer.core.key)
  reader.join()
  await reader.contact()
  await status(writer, 'connected')
  await reader.close()
  await status(writer, 'searching')
  t.is(seen[0], 'searching')
  t.alike(seen.slice(-2), ['connected', 'searching'])
})

test('without a network the status is offline', async (t) => {
  const log = await open(t, { bootstrap: NOWHERE })
  log.join()
  await status(log, 'offline')
  t.pass()
})

test('two that start in one instant meet at once', async (t) => {
  const network = await createTestnet(10, t)
  const times: number[] = []
  for (let i = 0; i < 5; i++) times.push(await meet(t, network))
  t.ok(median(times) < SOON, `after ${times.map(Math.round).join(', ')} ms`)
})

test('a connection has room for 4 MiB', { skip: !isKnown }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [a, b] = [makeSwarm({ bootstrap }), makeSwarm({ bootstrap })]
  t.teardown(() => Promise.all([a.destroy(), b.destroy()]))
  const sizes = [a, b].map(async (swarm) => {
    const connection = await new Promise<Hyperswarm.Connection>((resolve) => {
      swarm.on('connection', resolve)
    })
    connection.on('error', () => {}) // the other side leaves first
    return connection.rawStream.socket!.getRecvBufferSize()
  })
  const topic = b4a.alloc(32, 1)
  await a.join(topic).flushed()
  b.join(topic)
  const most = Number(fs.readFileSync(RMEM_MAX, 'utf8'))
  const size = 2 * Math.min(4 * 1024 * 1024, most) // Linux doubles it, for what it needs itself
  t.alike(await Promise.all(sizes), [size, size])
})

test('they meet soon, too, when nodes of the DHT are gone', async (t) => {
  const network = await createTestnet(10, t)
  const { bootstrap } = network
  const gone = Array.from({ length: 5 }, () => {
    return new DHT({ bootstrap, ephemeral: false, firewalled: false, host: '127.0.0.1' })
  })
  for (const node of gone) await node.fullyBootstrapped()
  for (const node of gone) await node.destroy()
  const time = await meet(t, network)
  t.ok(time < SOON_WITH_GONE, `after ${Math.round(time)} ms`)
})

test('holders are counted by what they hold, and once they have left, too', async (t) => {
  const network = await createTestnet(10, t)
  const writer = await open(t, network)
  writer.join()
  await writer.core.append([b4a.from('a'), b4a.from('b')])
  let held = false
  const holder = writer.holders.waitFor(1).then(() => (held = true))
  const reader = await open(t, network, writer.core.key)
  reader.join()
  await reader.core.get(1)
  t.absent(held, 'one block is not all')
  await reader.core.get(0)
  await holder
  await reader.close()
  await writer.holders.waitFor(1)
  await writer.holders.waitFor(0)
  t.pass('it counts after it has left')
})

// Sends them a block, and waits until all have read it.
function sender(writer: Hypercore, readers: ReplicatedCore[]): () => Promise<void> {
  const pusher = new Pusher(writer)
  const start = writer.length
  const logs = readers.map(({ core }) => new BlockReader(core, { start })[Symbol.asyncIterator]())
  return async () => {
    const came = logs.map((blocks) => blocks.next())
    const { length } = await writer.append(b4a.from('b'))
    await pusher.push(length - 1, 1)
    await Promise.all(came)
  }
}

test('a reader does not ask for what comes to it unasked', async (t) => {
  const network = await createTestnet(10, t)
  const writer = await open(t, network)
  writer.join()
  await writer.core.append(b4a.from('a'))
  const reader = await open(t, network, writer.core.key)
  reader.join()
  await reader.core.get(0)
  const send = sender(writer.core, [reader])
  await send()
  const requests = reader.core.replicator.stats.wireRequest
  const before = requests.tx
  for (let i = 0; i < 50; i++) await send()
  const asked = requests.tx - before
  t.ok(asked < 25, `${asked} requests for 50 blocks`)
  await writer.holders.waitFor(1)
  t.pass('the writer hears what the reader has')
})

test('it asks for no block that comes, when it hears of it before', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const writer = await bareBones(t, bootstrap, null)
  await writer.append(b4a.from('a'))
  const reader = await open(t, { bootstrap }, writer.key)
  reader.join()
  await reader.core.get(0)
  const send = sender(writer, [reader])
  await send()
  let sent = 0
  writer.on('upload', () => sent++)
  for (let i = 0; i < 50; i++) await send()
  t.ok(sent < 60, `50 blocks were sent ${sent} times`)
})

test('one of many tells now and then what it has, and when it leaves', async (t) => {
  const network = await createTestnet(10, t)
  const writer = await open(t, network)
  writer.join()
  await writer.core.append(b4a.from('a'))
  const readers: ReplicatedCore[] = []
  for (let i = 0; i < MANY; i++) {
    const reader = await open(t, network, writer.core.key)
    reader.join()
    await reader.core.get(0)
    readers.push(reader)
  }
  const send = sender(writer.core, readers)
  const told = (): number => {
    const all = [writer, ...readers].map(({ core }) => core.replicator.stats.wireSync.tx)
    return all.reduce((sum, count) => sum + count)
  }
  let untold = 0
  for (let i = 0; i < 50; i++) {
    const before = told()
    await send()
    if (told() === before) untold++
  }
  t.ok(untold > 0, `${untold} blocks came to all before anybody told of them`)

  await send()
  await Promise.all(readers.map((reader) => reader.close()))
  while (writer.peers > 0)
    await new Promise<void>((resolve) => writer.once('peers', () => resolve()))
  t.is(writer.holders.held(MANY), writer.core.length, 'all of it was told by those who left')
})

test('lost blocks come back from a peer', async (t) => {
  const network = await createTestnet(10, t)
  const dir = await t.tmp()
  const copy = await t.tmp()
  const db = path.join(dir, 'db')
  const first = await open(t, network, null, dir)
  t.is(await first.recover(), 0, 'a new log has lost nothing')
  const { key } = first.core
  await first.core.append(b4a.from('a'))
  await first.close()
  fs.cpSync(db, copy, { recursive: true })

  const second = await open(t, network, null, dir)
  second.join()
  const reader = await open(t, network, key)
  reader.join()
  await second.core.append([b4a.from('b'), b4a.from('c')])
  for (let i = 0; i < 3; i++) await reader.core.get(i)
  await second.close()
  fs.rmSync(db, { recursive: true })
  fs.cpSync(copy, db, { recursive: true })

  const third = await open(t, network, null, dir)
  t.is(third.core.length, 1)
  const recovered = new Promise<void>((resolve) => third.once('recovered', () => resolve()))
  third.join()
  t.is(await third.recover(), 2)
  await recovered
  t.is(b4a.toString(await third.core.get(2)), 'c')
})

test('recovery needs no join, and leaves the status as it is', async (t) => {
  const network = await createTestnet(10, t)
  const dir = await t.tmp()
  await (await open(t, network, null, dir)).close()
  const log = await open(t, network, null, dir)
  t.is(await log.recover(), 0)
  t.is(log.status, 'not joined')
  log.join()
  t.is(log.status, 'searching')
})

const failures: Record<string, (victim: Hypercore) => void> = {
  'what it verifies': (victim) => {
    victim.core.verify = async () => fail(DEEP)
  },
  'a message': (victim) => {
    victim.on('peer-add', (peer) => {
      peer.onrange = () => fail(DEEP)
    })
  }
}

for (const [what, cause] of Object.entries(failures)) {
  test(`an error deep in ${what} ends the connection, and is not uncaught`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const other = await bareBones(t, bootstrap, null)
    await other.append(b4a.from('a'))
    const victim = new Hypercore(await t.tmp(), other.key, { allowPush: true })
    await victim.ready()
    cause(victim)
    enforceRules(victim)
    const swarm = new Hyperswarm({ bootstrap })
    t.teardown(async () => {
      await swarm.destroy()
      await victim.close()
    })
    const closed = new Promise<void>((resolve) => {
      swarm.once('connection', (connection) => {
        connection.on('error', () => {})
        connection.once('close', () => resolve())
        replicate(victim, connection)
        victim.get(0).catch(() => {}) // the test ends before it comes
      })
    })
    swarm.join(victim.discoveryKey)
    await closed
    t.pass()
  })
}

/** How many milliseconds two need that join in one instant. */
async function meet(t: Test, network: Network): Promise<number> {
  const writer = await open(t, network)
  const reader = await open(t, network, writer.core.key)
  const from = now()
  writer.join()
  reader.join()
  await reader.contact()
  return now() - from
}

function fail(depth: number): never {
  if (depth > 0) return fail(depth - 1)
  throw new TypeError('deep')
}

async function open(
  t: Test,
  { bootstrap }: Network,
  key: Uint8Array | null = null,
  dir?: string
): Promise<ReplicatedCore> {
  const log = new ReplicatedCore(dir ?? (await t.tmp()), key, { bootstrap })
  t.teardown(() => log.close())
  await log.ready()
  return log
}

async function status(log: ReplicatedCore, wanted: Status): Promise<void> {
  while (log.status !== wanted) {
    await new Promise<void>((resolve) => log.once('status', () => resolve()))
  }
}

import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import test, { type Test } from 'brittle'
import type { Node } from '../lab/network.js'
import { reader, writer } from '../lab/apps.js'
import { bareBones } from '../lab/bare-bones.js'

const TERM = 15
const DEBUG = { DEBUG: '1' }
const NOTHING = { block: null, hash: null, seek: null, upgrade: null, manifest: false, priority: 0 }
const SECRET = 'nobody else may read this line'

test('who knows the discovery key alone gets nothing, gives nothing, and is sent away', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = b4a.from(await w.key(), 'hex')
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  w.type(`${SECRET}\n`)
  await r.prints(SECRET)

  const id = Hypercore.discoveryKey(key)
  const connection = await connect(t, bootstrap, id)
  const other = new Hypercore(await t.tmp())
  t.teardown(() => other.close())
  await other.append(b4a.from('of another log\n'))
  other.replicate(connection)
  const heard: Uint8Array[] = []
  connection.on('data', (data) => heard.push(data as Uint8Array))
  const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()))
  w.type('more\n')
  await r.prints('more')

  await closed
  const all = b4a.concat(heard)
  t.ok(all.byteLength > 0, 'it was spoken to')
  t.absent(b4a.toString(all, 'hex').includes(b4a.toString(key, 'hex')), 'not the key')
  t.absent(/nobody|more/.test(b4a.toString(all)), 'not a block')
  w.type('the end\n')
  await r.prints('the end')
  t.absent(r.stdout.includes('of another log'))
})

test('the secret key is in no message, in no output, and in no other folder', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, copy] = [await t.tmp(), await t.tmp()]
  const w = writer(t, { bootstrap, storage, env: DEBUG })
  const key = await w.key()
  const flags = ['--from', '0', '--json']
  const r = reader(t, key, { bootstrap, storage: copy, flags, env: DEBUG })
  w.type('one\n')
  await r.prints('one')
  const heard: Uint8Array[] = []
  const peer = await bareBones(t, bootstrap, b4a.from(key, 'hex'), (data) => heard.push(data))
  t.is(b4a.toString(await peer.get(0)), 'one\n')
  w.type('two\n')
  t.is(b4a.toString(await peer.get(1)), 'two\n')
  const inUse = writer(t, { bootstrap, storage, env: DEBUG })
  t.is(await inUse.ended, 1)
  t.ok(/^    at /m.test(inUse.stderr), 'it says where it failed')
  await w.stop(TERM)
  await r.stop(TERM)

  const own = new Hypercore(path.join(storage, 'writer-storage'))
  await own.ready()
  const seed = own.keyPair!.secretKey.subarray(0, 32)
  await own.close()
  const said = [w, r, inUse].map(({ stdout, stderr }) => stdout + stderr).join('')
  t.absent(said.includes(b4a.toString(seed, 'hex')))
  t.absent(holds(b4a.concat(heard), seed))
  t.ok(
    contents(storage).some((file) => holds(file, seed)),
    'it is kept'
  )
  t.absent(contents(copy).some((file) => holds(file, seed)))
})

test('a forged block is not printed; the true one comes when somebody honest is there', async (t) => {
  const { bootstrap, storage, key, copy: forger } = await leftAlone(t)
  let sent = 0
  const asked = new Promise<void>((resolve) => {
    forger.on('peer-add', (peer) => {
      const { wireData } = peer as unknown as Wire
      const send = wireData.send.bind(wireData)
      wireData.send = (data) => {
        if (data.block) data.block.value = b4a.from('forged\n')
        if (data.block && ++sent === 1) resolve()
        return send(data)
      }
    })
  })
  const flags = ['--from', '0', '--raw']
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  await asked
  writer(t, { bootstrap, storage })
  await r.prints('true\n')
  t.is(r.stdout, 'true\n')
  t.ok(sent > 0)
})

test('one that claims to have more, and answers nothing, does not hold up those who have', async (t) => {
  const { bootstrap, storage, key, copy: liar } = await leftAlone(t)
  const asked = new Promise<void>((resolve) => {
    liar.on('peer-add', (peer) => {
      peer.onrequest = () => resolve()
      const { wireSync, wireRange } = peer as unknown as Wire
      const send = wireSync.send.bind(wireSync)
      wireSync.send = (sync) => send({ ...sync, length: 1000, canUpgrade: true, uploading: true })
      wireRange.send({ drop: false, start: 0, length: 1000 })
    })
  })
  const flags = ['--from', '0', '--raw']
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  await asked
  const again = writer(t, { bootstrap, storage })
  await r.prints('true\n')
  for (let i = 1; i <= 100; i++) {
    again.type(`${i}\n`)
    await r.prints(`\n${i}\n`)
  }
  t.pass('the writer was asked instead')
})

// Each of them ends a process that runs Hypercore 11.39.5 as it is, or keeps it busy for long.
const killers: Record<string, (peer: Wire) => void> = {
  'blocks without end': ({ wireRange }) => {
    wireRange.send({ drop: false, start: 1, length: 2 ** 52 })
  },
  'a log without end': (peer) => {
    const length = 2 ** 50
    peer.onrequest = ({ id }) => peer.wireNoData.send({ request: id, reason: 0 })
    peer.wireSync.send({
      fork: 0,
      length,
      remoteLength: 1,
      canUpgrade: true,
      uploading: true,
      downloading: true,
      hasManifest: true,
      allowPush: true
    })
    peer.wireRange.send({ drop: false, start: 0, length })
  },
  'requests without end': ({ wireRequest }) => {
    for (let id = 1; id <= 10_000; id++) {
      wireRequest.send({ ...NOTHING, id, fork: 0, block: { index: 0, nodes: 0 } })
    }
  },
  'a request for what is not there': ({ wireRequest }) => {
    wireRequest.send({ ...NOTHING, id: 1, fork: 0, upgrade: { start: 0, length: 2 ** 30 } })
  },
  'bitfields without end': ({ wireBitfield }) => {
    for (let i = 0; i < 1000; i++) wireBitfield.send({ start: 0, bitfield: new Uint32Array(1) })
  },
  'a fork of no length': ({ wireData }) => {
    const signature = b4a.alloc(64)
    const upgrade = { start: 0, length: 0, nodes: [], additionalNodes: [], signature }
    const nothing = { block: null, hash: null, seek: null, manifest: null }
    wireData.send({ request: 0, fork: 1, upgrade, ...nothing })
  }
}

for (const [name, send] of Object.entries(killers)) {
  test(`what would end a process, or keep it busy, ends the connection: ${name}`, async (t) => {
    const { bootstrap, w, key, r } = await followed(t)

    const killer = await bareBones(t, bootstrap, b4a.from(key, 'hex'))
    const met = new Set<Hypercore.Peer>()
    await new Promise<void>((resolve) => {
      killer.on('peer-add', (peer) => {
        met.add(peer)
        send(peer as unknown as Wire)
      })
      killer.on('peer-remove', (peer) => {
        met.delete(peer)
        if (met.size === 0) resolve()
      })
    })
    w.type('after\n')
    await r.prints('after\n')
    for (const app of [w, r]) t.is(await app.stop(TERM), 143)
  })
}

test('batches in batches, from somebody without the key, end the connection', async (t) => {
  const { bootstrap, w, key, r } = await followed(t)
  const connection = await connect(t, bootstrap, Hypercore.discoveryKey(b4a.from(key, 'hex')))
  const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()))
  connection.write(nestedBatches(50_000))
  await closed
  w.type('after\n')
  await r.prints('after\n')
  for (const app of [w, r]) t.is(await app.stop(TERM), 143)
})

// A frame of Protomux: each batch holds another one, deeper than any stack.
function nestedBatches(depth: number): Uint8Array {
  const BATCH = 0
  const CONTROL = 0
  const parts: Uint8Array[] = []
  let length = 0
  for (let i = 0; i < depth; i++) {
    const head = b4a.alloc(7)
    head[0] = CONTROL
    head[1] = 0xfe // a length of four bytes follows
    new DataView(head.buffer, head.byteOffset).setUint32(2, length + 1, true)
    head[6] = BATCH
    parts.push(head)
    length += head.byteLength
  }
  return b4a.concat([b4a.from([CONTROL, BATCH]), ...parts.toReversed()])
}

// A writer whose reader has a line, and follows.
async function followed(t: Test) {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const flags = ['--from', '0', '--raw']
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  w.type('before\n')
  await r.prints('before\n')
  return { bootstrap, w, key, r }
}

// What is in the files of a folder.
function contents(dir: string): Uint8Array[] {
  return fs.readdirSync(dir).flatMap((name) => {
    const file = path.join(dir, name)
    return fs.statSync(file).isDirectory() ? contents(file) : [fs.readFileSync(file) as Buffer]
  })
}

function holds(bytes: Uint8Array, part: Uint8Array): boolean {
  return b4a.indexOf(bytes, part) !== -1
}

// A writer has written a line and gone, and somebody else has its log.
async function leftAlone(t: Test) {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage })
  const key = await w.key()
  w.type('true\n')
  const copy = await bareBones(t, bootstrap, b4a.from(key, 'hex'))
  t.is(b4a.toString(await copy.get(0)), 'true\n')
  await w.stop(TERM)
  return { bootstrap, storage, key, copy }
}

interface Wire {
  onrequest: (request: { id: number }) => void
  wireNoData: { send: (noData: object) => boolean }
  wireRequest: { send: (request: object) => boolean }
  wireBitfield: { send: (bitfield: object) => boolean }
  wireRange: { send: (range: object) => boolean }
  wireData: {
    send: (data: { block?: { value: Uint8Array } | null; [part: string]: unknown }) => boolean
  }
  wireSync: { send: (sync: object) => boolean }
}

async function connect(
  t: Test,
  bootstrap: Node[],
  topic: Uint8Array
): Promise<Hyperswarm.Connection> {
  const swarm = new Hyperswarm({ bootstrap })
  t.teardown(() => swarm.destroy())
  const connected = new Promise<Hyperswarm.Connection>((resolve) => {
    swarm.on('connection', (connection) => {
      connection.on('error', () => {})
      resolve(connection)
    })
  })
  swarm.join(topic, { server: false, client: true })
  return connected
}

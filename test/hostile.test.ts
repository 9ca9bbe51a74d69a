import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import test, { type Test } from 'brittle'
import type { Node } from '../tools/network.js'
import { reader, writer } from './helpers/app.js'

const SECRET = 'nobody else may read this line'

test('who knows the discovery key alone gets nothing, and is sent away', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = b4a.from(await w.key(), 'hex')
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  w.type(`${SECRET}\n`)
  await r.prints(SECRET)

  const id = Hypercore.discoveryKey(key)
  const connection = await connect(t, bootstrap, id)
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
})

test('a forged block is not printed; the true one comes when somebody honest is there', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage })
  const key = await w.key()
  w.type('true\n')
  const forger = new Hypercore(await t.tmp(), b4a.from(key, 'hex'))
  await forger.ready()
  t.teardown(() => forger.close())
  const swarm = new Hyperswarm({ bootstrap })
  t.teardown(() => swarm.destroy())
  swarm.on('connection', (connection) => {
    connection.on('error', () => {})
    forger.replicate(connection)
  })
  swarm.join(forger.discoveryKey)
  t.is(b4a.toString(await forger.get(0)), 'true\n')
  await w.stop(15)

  let sent = 0
  const asked = new Promise<void>((resolve) => {
    forger.on('peer-add', (peer) => {
      const { wireData } = peer as unknown as { wireData: { send: (data: Data) => boolean } }
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

interface Data {
  block?: { value: Uint8Array }
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

// --blind-peer, with the real blind peer, and with others that have its key.
import b4a from 'b4a'
import BlindPeerChannel from 'blind-peer-muxer'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import test, { type Test } from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { blindPeer } from '../lab/blind-peers.js'
import type { Node } from '../lab/network.js'
import { SIGKILL } from '../lab/signals.js'

const TERM = 15
const FROM_START = ['--from', '0', '--raw']

test('with the writer off, a new reader gets all of it from a blind peer', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { key: peer } = await blindPeer(t, bootstrap, await t.tmp())
  const flags = ['--blind-peer', peer]
  const text = Array.from({ length: 2000 }, (_, i) => `line ${i}\n`).join('')
  const storage = await t.tmp()
  const w = writer(t, {
    bootstrap,
    storage,
    flags: [...flags, '--until-sync', 'blind'],
    pipe: 'seq -f "line %.0f" 0 1999'
  })
  const key = await w.key()
  t.is(await w.ended, 0)
  t.ok(w.stderr.includes(` ${key} --blind-peer ${peer} --dht-bootstrap`), w.stderr)
  const notices = ['keeps this log: it has ', 'holds the whole log'].map((words) =>
    w.stderr.indexOf(`the blind peer ${words}`)
  )
  t.ok(notices[0]! > 0 && notices[1]! > notices[0]!, 'it is said before the end that it keeps it')
  const own = writer(t, { bootstrap, storage, flags: ['--blind-peer', key] })
  t.is(await own.ended, 2)
  t.ok(own.stderr.includes('error: --blind-peer takes the key of a peer'), own.stderr)

  const setting = { bootstrap, storage: await t.tmp(), flags: [...flags, ...FROM_START, '--exit'] }
  const r = reader(t, key, setting)
  t.is(await r.ended, 0)
  t.is(r.stdout, text)
  t.ok(r.stderr.includes('following the blind peer'), r.stderr)
})

test('a blind peer takes no log of which the first blocks are gone, and that is said', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const pipe = `seq -f "%.0f $(printf %0990d 0)" 1 4000` // 4 MB
  const first = { bootstrap, storage, flags: ['--keep', '1MB', '--until-sync', '0'], pipe }
  t.is(await writer(t, first).ended, 0)
  const { key: peer } = await blindPeer(t, bootstrap, await t.tmp())
  const w = writer(t, { bootstrap, storage, flags: ['--blind-peer', peer] })
  w.type('more\n')
  await w.says('the blind peer does not have all of this log, and asks for no more of it')
  t.pass()
})

test('a blind peer is no reader; one that trusts the writer announces the log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { key: peer, server } = await blindPeer(t, bootstrap, await t.tmp())
  const flags = ['--blind-peer', peer]
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage, flags: [...flags, '--until-sync', '1'] })
  const key = await w.key()
  w.type('a line\n')
  w.endInput()
  await w.says('the blind peer keeps this log: it has 1 of 1 blocks')
  await w.says('serving the blind peer')
  const first = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await first.prints('a line\n') // of the writer: the blind peer does not announce the log
  t.is(await w.ended, 0)
  t.ok(w.stderr.includes('1 reader holds the whole log'))
  await first.stop(TERM)

  const [, ours] = /--trusted-peer ([a-z0-9]{52})\n/.exec(w.stderr)!
  server.type(`${ours}\n`)
  await server.prints('trusts')
  const again = writer(t, { bootstrap, storage, flags })
  again.type('another line\n')
  await server.prints('announces')
  await again.says('the blind peer keeps this log')
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await r.prints('another line\n')
  await again.stop(TERM)
  const last = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  await r.stop(TERM)
  await last.prints('a line\nanother line\n')
})

test('a blind peer that vanishes is asked again when it is back', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const folder = await t.tmp()
  const { key: peer, server } = await blindPeer(t, bootstrap, folder)
  const flags = ['--blind-peer', peer]
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
  const key = await w.key()
  w.type('before\n')
  await w.says('the blind peer keeps this log')
  await server.stop(SIGKILL)
  w.type('meanwhile\n')
  await blindPeer(t, bootstrap, folder)
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: [...flags, ...FROM_START] })
  await r.prints('before\nmeanwhile\n')
  await r.says('the writer and the blind peer')
})

test('a peer that floods or lies with the key of a blind peer gets what others get', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const first = writer(t, { bootstrap, storage })
  const key = b4a.from(await first.key(), 'hex')
  await first.stop(TERM)

  // It has the key and the channel, sends what nobody asked for, and forges what it is asked for.
  let floods = 0
  let forge: () => void = nothing
  const asked = new Promise<void>((resolve) => (forge = resolve))
  const swarm = await peerOf(t, bootstrap)
  const copy = new Hypercore(await t.tmp(), key)
  t.teardown(() => copy.close())
  copy.on('peer-add', (peer) => {
    const { wireData } = peer as unknown as { wireData: { send: (data: Data) => boolean } }
    const send = wireData.send.bind(wireData)
    wireData.send = (data) => {
      if (data.block) data.block.value = b4a.from('forged\n')
      if (data.block) forge()
      return send(data)
    }
  })
  const closed = new Promise<void>((resolve) => {
    swarm.on('connection', (connection) => {
      const oncores = (): void => {
        copy.replicate(connection)
        if (floods++ > 0) return
        const cores = Array.from({ length: 10_000 }, () => ({ key, length: 2 ** 40 }))
        for (let i = 0; i < 10; i++)
          channel.addCores({ cores, referrer: null, priority: 0, announce: true })
        connection.once('close', () => resolve())
      }
      const channel = new BlindPeerChannel(connection, {
        oncores,
        onopen: nothing,
        onclose: nothing
      })
    })
  })
  const flags = ['--blind-peer', b4a.toString(swarm.keyPair.publicKey, 'hex')]
  const w = writer(t, { bootstrap, storage, flags })
  await closed
  w.type('true\n')
  await w.says('serving the blind peer') // again
  await copy.get(0)
  t.is(await w.stop(TERM), 143)
  const r = reader(t, b4a.toString(key, 'hex'), {
    bootstrap,
    storage: await t.tmp(),
    flags: [...flags, ...FROM_START]
  })
  await asked
  writer(t, { bootstrap, storage, flags })
  await r.prints('true\n')
  t.is(r.stdout, 'true\n')
  t.is(await r.stop(TERM), 143)
})

test('a peer that is no blind peer is not told the key, and that is said', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const swarm = await peerOf(t, bootstrap)
  const heard: Uint8Array[] = []
  const other = new Hypercore(await t.tmp())
  t.teardown(() => other.close())
  swarm.on('connection', (connection) => {
    other.replicate(connection)
    connection.on('data', (data) => heard.push(data as Uint8Array))
  })
  const flags = ['--blind-peer', b4a.toString(swarm.keyPair.publicKey, 'hex')]
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
  await w.says('the peer with the key of --blind-peer is no blind peer')
  t.ok(heard.length > 0)
  t.absent(b4a.toString(b4a.concat(heard), 'hex').includes(await w.key()))
})

function nothing(): void {}

interface Data {
  block?: { value: Uint8Array } | null
}

/** A peer that listens, and is connected to by its key. */
async function peerOf(t: Test, bootstrap: Node[]): Promise<Hyperswarm> {
  const swarm = new Hyperswarm({ bootstrap })
  swarm.on('connection', (connection) => connection.on('error', () => {}))
  t.teardown(() => swarm.destroy())
  await swarm.listen()
  return swarm
}

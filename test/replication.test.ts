import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import type { Readable } from 'streamx'
import { BlockReader } from '../shared/log/block-reader.js'
import { ReplicatedCore, type Network } from '../shared/peers/replicated-core.js'

test('a reader gets what is there, and what comes', async (t) => {
  const network = await createTestnet(10, t)
  const writer = await open(t, network)
  await writer.core.append([b4a.from('a'), b4a.from('b')])

  const reader = await open(t, network, writer.core.key)
  await reader.contact()
  t.is(reader.core.length, 2)

  const blocks = new BlockReader(reader.core, { start: 1 })
  t.is(await next(blocks), 'b')
  const coming = next(blocks)
  await writer.core.append(b4a.from('c'))
  t.is(await coming, 'c')
  blocks.destroy()
})

test('a log that the writer left empty is known to be empty', async (t) => {
  const network = await createTestnet(10, t)
  const writer = await open(t, network)
  const reader = await open(t, network, writer.core.key)
  await reader.contact()
  t.is(reader.core.length, 0)
})

test('a reader learns nothing from one that knows nothing either', async (t) => {
  const network = await createTestnet(10, t)
  const elsewhere = await createTestnet(10, t)
  const writer = await open(t, elsewhere)
  await writer.core.append([b4a.from('a'), b4a.from('b')])
  const { key } = writer.core
  await writer.close()

  const one = await open(t, network, key)
  const other = await open(t, network, key)
  await connected(one)
  await connected(other)
  let told = false
  const contact = one.contact().then(() => (told = true))
  await one.core.update({ wait: true })
  t.absent(told, 'it goes on waiting')

  const back = new ReplicatedCore(dirs.get(writer)!, null, network)
  t.teardown(() => back.close())
  await back.ready()
  back.join()
  await contact
  t.is(one.core.length, 2)
})

test('the same storage is the same peer', async (t) => {
  const network = await createTestnet(10, t)
  const dir = await t.tmp()
  const writer = await open(t, network)
  const seen: string[] = []
  writer.core.on('peer-add', (peer) => seen.push(b4a.toString(peer.remotePublicKey, 'hex')))
  for (let i = 0; i < 2; i++) {
    const reader = new ReplicatedCore(dir, writer.core.key, network)
    await reader.ready()
    reader.join()
    await connected(reader)
    await connected(writer)
    await reader.close()
  }
  t.ok(seen.length >= 2) // both ends may connect at the same time
  t.is(new Set(seen).size, 1)
})

const dirs = new WeakMap<ReplicatedCore, string>()

async function open(
  t: Test,
  { bootstrap }: Network,
  key: Uint8Array | null = null
): Promise<ReplicatedCore> {
  const dir = await t.tmp()
  const log = new ReplicatedCore(dir, key, { bootstrap })
  dirs.set(log, dir)
  t.teardown(() => log.close())
  await log.ready()
  log.join()
  return log
}

async function connected(log: ReplicatedCore): Promise<void> {
  while (log.peers === 0) await new Promise<void>((resolve) => log.once('peers', () => resolve()))
}

async function next(blocks: Readable): Promise<string> {
  while (true) {
    const block = blocks.read() as Uint8Array | null
    if (block) return b4a.toString(block)
    await new Promise<void>((resolve) => blocks.once('readable', () => resolve()))
  }
}

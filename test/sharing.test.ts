import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'
import type { Duplex } from 'streamx'
import test, { type Test } from 'brittle'
import { BlockReader } from '../shared/log/block-reader.js'
import { Pusher } from '../shared/log/pusher.js'
import { Announcements } from '../shared/peers/announcements.js'
import { makeCore } from '../shared/peers/core.js'
import type { NewBlocks } from '../shared/peers/new-blocks.js'
import { spreadRequests } from '../shared/peers/spread.js'
import type { Node } from '../lab/network.js'
import { now, sleep } from '../lab/time.js'

const READERS = 3
const SMALL = b4a.from('a')
const LARGE = b4a.alloc(100_000, 'b') // three of them are more than may be under way

test('what may be too much for the line is sent to one peer', async (t) => {
  const { writer, send, read } = await share(t)
  const small = await sent(writer, () => send(SMALL))
  t.is(small, READERS, 'a small block goes to all')
  await read(writer.length)
  const large = await sent(writer, () => send(LARGE))
  t.is(large, 1, 'a large block goes to one')
  await read(writer.length)
  t.pass('all have it')
})

test('a new block that nobody has is asked of the writer by one reader first', async (t) => {
  const { writer, readers } = await share(t)
  const index = writer.length
  const heard = readers.map(
    ({ core }) => new Promise<void>((resolve) => core.once('append', resolve))
  )
  await writer.append(SMALL)
  await Promise.all(heard)
  const asks = readers.map(async ({ core, newBlocks }) => {
    const own = writer.peers[0]!.stream.publicKey
    const source = core.peers.find(({ remotePublicKey }) => b4a.equals(remotePublicKey, own))!
    while (newBlocks.isComing(source, index)) await sleep(5)
    return now()
  })
  const [first, second] = (await Promise.all(asks)).toSorted((a, b) => a - b)
  t.ok(second! - first! > 200, `the next one ${Math.round(second! - first!)} ms later`)
})

test('of several that readers hear of at once, each asks for some', async (t) => {
  const { writer, read } = await share(t)
  const copies = await sent(writer, async () => {
    await writer.append([SMALL, SMALL, SMALL])
    await read(writer.length)
  })
  t.is(copies, 3, 'one copy of each')
})

/** How many blocks `core` sends until `act` is done. */
async function sent(core: Hypercore, act: () => Promise<unknown>): Promise<number> {
  let count = 0
  const add = (): void => void count++
  core.on('upload', add)
  await act()
  core.off('upload', add)
  return count
}

interface Reader {
  core: Hypercore
  newBlocks: NewBlocks
  blocks: AsyncIterator<Uint8Array>
  /** How many were read. */
  count: number
}

interface Shared {
  writer: Hypercore
  readers: Reader[]
  /** Appends a block, and sends it unasked. */
  send: (block: Uint8Array) => Promise<void>
  /** Resolves when all readers have read so many blocks. */
  read: (length: number) => Promise<unknown>
}

/** A writer, and readers that are connected to it and to each other. */
async function share(t: Test): Promise<Shared> {
  const { bootstrap } = await createTestnet(10, t)
  const connect = mesh(bootstrap, t)
  const [writer] = await connect(null)
  await writer.append(SMALL)
  const readers: Reader[] = []
  for (let i = 0; i < READERS; i++) {
    const [core, newBlocks] = await connect(writer.key)
    const stream = new BlockReader(core, { start: 0 })
    t.teardown(() => stream.destroy())
    readers.push({ core, newBlocks, blocks: stream[Symbol.asyncIterator](), count: 0 })
  }
  const cores = [writer, ...readers.map(({ core }) => core)]
  await Promise.all(cores.map(connected))
  const read = (length: number): Promise<unknown> =>
    Promise.all(
      readers.map(async (reader) => {
        for (; reader.count < length; reader.count++) await reader.blocks.next()
      })
    )
  await read(1)
  const pusher = new Pusher(writer)
  const send = async (block: Uint8Array): Promise<void> => {
    const { length } = await writer.append(block)
    await pusher.push(length - 1, block.byteLength)
  }
  while (!readers.every(({ newBlocks }) => newBlocks.comeUnasked)) {
    await send(SMALL)
    await read(writer.length)
  }
  return { writer, readers, send, read }
}

async function connected(core: Hypercore): Promise<void> {
  while (core.peers.length < READERS)
    await new Promise<void>((resolve) => core.once('peer-add', () => resolve()))
}

type Connect = (key: Uint8Array | null) => Promise<[core: Hypercore, newBlocks: NewBlocks]>

/** Opens cores that each connect to all that were opened before. */
function mesh(bootstrap: Node[], t: Test): Connect {
  const keys: Uint8Array[] = []
  return async (key) => {
    const core = makeCore(await t.tmp(), key, {})
    await core.ready()
    const newBlocks = spreadRequests(core)
    const announcements = new Announcements(core, newBlocks)
    const dht = new DHT({ bootstrap })
    t.teardown(async () => {
      announcements.end()
      await core.close()
      await dht.destroy()
    })
    const replicate = (connection: Duplex): void => {
      connection.on('error', () => {})
      core.replicate(connection)
    }
    const keyPair = DHT.keyPair()
    for (const other of keys) replicate(dht.connect(other, { keyPair }))
    await dht.createServer({ shareLocalAddress: true }, replicate).listen(keyPair)
    keys.push(keyPair.publicKey)
    return [core, newBlocks]
  }
}

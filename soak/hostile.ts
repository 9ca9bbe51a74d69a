import b4a from 'b4a'
import HyperDHT from 'hyperdht'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import { now } from '../bench/measure.js'
import { resources } from './resources.js'
import type { Trial } from './index.js'
import { Lines } from './lines.js'

const MESSAGES = 100_000
const A_CONNECTION = 100 // messages
const SIZE = 2000 // bytes, at most
const OVERSIZED = 1_000_000 // bytes, now and then
const SILENT = 500
const EVERY = 100 // ms, between two lines

/** Random messages from peers with and without the key, then SILENT connections that say nothing. */
export async function hostile({ cast, random, report }: Trial): Promise<void> {
  const writer = cast.writer('writer')
  const key = await writer.key()
  let last = 0
  const lines = new Lines((line) => {
    if (Number(line) !== last + 1)
      throw new Error(`after line ${last} came ${JSON.stringify(line)}`)
    last++
  })
  const target = await publicKeyOf(cast, key)
  const flags = ['--from', '0', '--raw']
  cast.reader('reader', key, { flags, ondata: lines.ondata })
  let typed = 0
  const timer = setInterval(() => writer.type(`${++typed}\n`), EVERY)
  await lines.until(() => last > 0)

  const dht = new HyperDHT({ bootstrap: cast.bootstrap })
  const before = resources(writer)
  let sent = 0
  let connections = 0
  while (sent < MESSAGES) {
    const connection = dht.connect(target)
    connection.on('error', () => {})
    const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()))
    const opened = new Promise<void>((resolve) => connection.once('open', () => resolve()))
    await Promise.race([opened, closed])
    connections++
    const member = random.below(2) < 1 ? cast.copy(key) : null
    await member?.ready()
    if (!connection.destroyed) member?.replicate(connection)
    for (let i = 0; i < A_CONNECTION && !connection.destroyed; i++) {
      connection.write(message())
      sent++
      if (random.below(20) < 1) await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    connection.destroy()
    await closed
    await member?.close()
  }
  await lines.until(() => last === typed)
  report(
    `${sent} random messages over ${connections} connections; all ${last} lines meanwhile; writer's memory ${before[0]} MB before, ${resources(writer)[0]} MB after`
  )

  const silent = Array.from({ length: SILENT }, () => {
    const connection = dht.connect(target, { keyPair: HyperDHT.keyPair() })
    connection.on('error', () => {})
    return connection
  })
  await Promise.race(
    silent.map((c) => new Promise<void>((resolve) => c.once('open', () => resolve())))
  )
  const from = now()
  let first = ''
  const late = new Lines((line) => (first ||= line))
  cast.reader('late', key, { flags, ondata: late.ondata })
  await late.until(() => first === '1')
  report(
    `${SILENT} silent connections: a new reader had the log after ${((now() - from) / 1000).toFixed(1)} s; writer: memory, descriptors, sockets ${resources(writer).join(', ')}`
  )
  clearInterval(timer)
  for (const connection of silent) connection.destroy()

  // A frame of Protomux that may well be one of Hypercore's, or anything.
  function message(): Uint8Array {
    const size = random.below(500) < 1 ? OVERSIZED : random.below(SIZE)
    const bytes = Uint8Array.from({ length: size }, () => random.below(256))
    if (random.below(4) < 3 && bytes.byteLength > 2) {
      bytes[0] = random.below(3) // the channel
      bytes[1] = random.below(12) // the type
    }
    return bytes
  }
}

async function publicKeyOf({ bootstrap }: Trial['cast'], key: string): Promise<Uint8Array> {
  const swarm = new Hyperswarm({ bootstrap })
  const found = new Promise<Uint8Array>((resolve) => {
    swarm.on('connection', (connection) => {
      connection.on('error', () => {})
      resolve(connection.remotePublicKey)
    })
  })
  swarm.join(Hypercore.discoveryKey(b4a.from(key, 'hex')), { server: false, client: true })
  const publicKey = await found
  await swarm.destroy()
  return publicKey
}

import b4a from 'b4a'
import HyperDHT from 'hyperdht'
import Hypercore from 'hypercore'
import { FROM_START } from '../lab/commands.js'
import { Lines } from '../lab/lines.js'
import type { Random } from '../lab/random.js'
import { resources } from '../lab/resources.js'
import { SIGTERM } from '../lab/signals.js'
import { now } from '../lab/time.js'
import { withTimeout } from '../shared/log/timeout.js'
import { enforceRules, replicate } from '../shared/peers/peer-rules.js'
import { Ticker } from './ticker.js'
import type { Trial } from './trial.js'

const MESSAGES = 100_000
const ATTACKERS = 8 // at a time
const A_CONNECTION = 40 // messages, at most
const LONGEST_STAY = 1000 // ms, after the last message
const SIZE = 2000 // bytes of a message, at most
const OVERSIZED = 8_000_000 // bytes, now and then
const RANGES = 1_000_000
const SILENT = 500
const FALSE_PEERS = 200
const LEAVE = 10_000 // ms
const EVERY = 100 // ms, between two lines

type Message =
  | 'Sync'
  | 'Request'
  | 'Cancel'
  | 'Data'
  | 'NoData'
  | 'Want'
  | 'Unwant'
  | 'Bitfield'
  | 'Range'
  | 'Extension'
type Wire = Record<`wire${Message}`, { send: (message: object) => void }>

type Connection = ReturnType<HyperDHT['connect']>

/**
 * What strangers and holders of the key can do to a writer and a reader that go on meanwhile: messages of
 * any content, announcements of blocks without end, connections that say nothing, and false addresses in
 * the DHT.
 */
export async function hostile({ stage, random, report }: Trial): Promise<void> {
  const writer = stage.writer('writer')
  const key = await writer.key()
  const ticker = new Ticker(EVERY)
  const reader = stage.reader('reader', key, { flags: FROM_START, ondata: ticker.lines.ondata })
  const apps = [writer, reader]
  await ticker.start(writer)

  const topic = Hypercore.discoveryKey(b4a.from(key, 'hex'))
  const dht = new HyperDHT({ bootstrap: stage.bootstrap })
  const targets = await announced(dht, topic)
  if (targets.length !== apps.length) throw new Error(`found ${targets.length} of them`)
  let connections = 0
  const connect = (): Connection => {
    const target = targets[connections++ % targets.length]!
    const connection = dht.connect(target, { keyPair: HyperDHT.keyPair() })
    connection.on('error', () => {})
    return connection
  }
  await told('before')

  let messages = 0
  const attack = async (copy: Hypercore): Promise<void> => {
    while (messages < MESSAGES) {
      const sent = await annoy(connect(), random.below(4) < 3 ? copy : null, random)
      messages += sent
    }
  }
  const copies = await Promise.all(
    Array.from({ length: ATTACKERS }, async (_, i) => {
      const copy = new Hypercore(stage.path(`attacker-${i + 1}`), b4a.from(key, 'hex'))
      await copy.ready()
      enforceRules(copy) // the attacker must not fall for what it sends
      return copy
    })
  )
  await Promise.all(copies.map(attack))
  await told(`${messages} messages over ${connections} connections`)

  for (let i = 0; i < targets.length; i++) {
    const connection = connect()
    const wire = await open(connection, copies[i]!)
    if (!wire) throw new Error('not let in')
    for (let start = 0; start < RANGES && !connection.destroyed; start++) {
      wire.wireRange.send({ drop: false, start: 2 * start + 1, length: 1 })
      if (start % 1000 === 0) await turn()
    }
    connection.destroy()
  }
  await told(`${RANGES} announcements of a block to each`)

  const silent = Array.from({ length: SILENT }, connect)
  await Promise.all(
    silent.map((connection) => Promise.race([opened(connection), closed(connection)]))
  )
  const up = silent.filter((connection) => !connection.destroyed).length
  await told(`${SILENT} silent connections, ${up} of them taken: ${await newReader('late')}`)
  for (const connection of silent) connection.destroy()

  for (let i = 0; i < FALSE_PEERS; i++) {
    await dht.announce(topic, HyperDHT.keyPair(), []).finished()
  }
  await told(`${FALSE_PEERS} false peers in the DHT: ${await newReader('later')}`)

  ticker.stop()
  await withTimeout(LEAVE, Promise.all(apps.map((app) => app.stop(SIGTERM))), 'they did not end')
  for (const copy of copies) await copy.close()
  await dht.destroy()

  async function told(what: string): Promise<void> {
    await ticker.caughtUp()
    const memory = apps.map((app) => resources(app)[0]).join(' and ')
    report(`${what}; ${ticker.delays()}; memory of writer and reader ${memory} MB`)
  }

  async function newReader(name: string): Promise<string> {
    const from = now()
    let first = false
    const lines = new Lines(() => (first = true))
    stage.reader(name, key, { flags: FROM_START, ondata: lines.ondata })
    await lines.until(() => first)
    return `a new reader had the log after ${((now() - from) / 1000).toFixed(1)} s`
  }
}

// What it sends follows the protocol, with any numbers, until the last message, which is anything.
async function annoy(
  connection: Connection,
  copy: Hypercore | null,
  random: Random
): Promise<number> {
  let sent = 0
  const over = closed(connection)
  const wire = await open(connection, copy)
  for (let i = random.below(A_CONNECTION); i > 0 && !connection.destroyed; i--) {
    if (wire) sendAny(wire, random)
    else connection.write(control(random))
    sent++
    if (random.below(4) < 1) await turn()
  }
  if (!connection.destroyed) {
    const last = random.below(100)
    if (last < 20) connection.rawStream.write(bytes(random, SIZE))
    else connection.write(last < 21 ? b4a.alloc(OVERSIZED, 1) : frame(random))
    sent++
  }
  const timer = setTimeout(() => connection.destroy(), random.below(LONGEST_STAY))
  await over
  clearTimeout(timer)
  return sent
}

async function open(connection: Connection, copy: Hypercore | null): Promise<Wire | null> {
  const over = closed(connection)
  await Promise.race([opened(connection), over])
  if (!copy || connection.destroyed) return null
  const met = new Promise<Wire>((resolve) => {
    copy.once('peer-add', (peer) => resolve(peer as unknown as Wire))
  })
  replicate(copy, connection)
  return Promise.race([met, over.then(() => null)])
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(() => resolve()))
}

// Hypercore's messages, by the names that it gives them.
function sendAny(peer: Wire, random: Random): void {
  const n = (): number => number(random)
  const is = (): boolean => random.below(2) < 1
  const maybe = <T>(part: T): T | null => (is() ? part : null)
  const nodes = (): object[] =>
    Array.from({ length: random.below(4) }, () => ({
      index: n(),
      size: n(),
      hash: b4a.alloc(32, 1)
    }))
  const [id, fork, start, length] = [n(), is() ? 0 : n(), n(), n()]
  const part = { index: n(), nodes: n(), value: bytes(random, SIZE), bytes: n(), padding: n() }
  const messages: (() => void)[] = [
    () =>
      peer.wireSync.send({
        fork,
        length,
        remoteLength: n(),
        canUpgrade: is(),
        uploading: is(),
        downloading: is(),
        hasManifest: is(),
        allowPush: is()
      }),
    () =>
      peer.wireRequest.send({
        id,
        fork,
        block: maybe(part),
        hash: maybe(part),
        seek: maybe(part),
        upgrade: maybe({ start, length }),
        manifest: is(),
        priority: random.below(8)
      }),
    () => peer.wireCancel.send({ request: id }),
    () =>
      peer.wireData.send({
        request: id,
        fork,
        block: maybe({ ...part, nodes: nodes() }),
        hash: maybe({ ...part, nodes: nodes() }),
        seek: maybe({ ...part, nodes: nodes() }),
        upgrade: maybe({
          start,
          length,
          nodes: nodes(),
          additionalNodes: nodes(),
          signature: bytes(random, 100)
        }),
        manifest: null
      }),
    () => peer.wireNoData.send({ request: id, reason: random.below(4) }),
    () => peer.wireWant.send({ start, length, any: is() }),
    () => peer.wireUnwant.send({ start, length, any: is() }),
    () =>
      peer.wireBitfield.send({ start, bitfield: new Uint32Array(random.below(1024)).fill(n()) }),
    () => peer.wireRange.send({ drop: is(), start, length }),
    () => peer.wireExtension.send({ name: 'any', message: bytes(random, SIZE) })
  ]
  messages[Math.floor(random.below(messages.length))]!()
}

// Protomux's own: to open channels that nobody has, to reject and close them.
function control(random: Random): Uint8Array {
  const name = bytes(random, 40)
  return b4a.concat([
    b4a.from([0, 1 + random.below(3), random.below(6), name.byteLength]),
    name,
    b4a.from([0, 0])
  ])
}

// The channel, the type, and anything; or anything.
function frame(random: Random): Uint8Array {
  if (random.below(2) < 1) return bytes(random, SIZE)
  return b4a.concat([b4a.from([random.below(3), random.below(12)]), bytes(random, SIZE)])
}

// Small ones, and the largest that each encoding takes.
function number(random: Random): number {
  const limits = [3, 10, 2 ** 8, 2 ** 16, 2 ** 32, 2 ** 53]
  return Math.floor(random.below(limits[Math.floor(random.below(limits.length))]!))
}

function bytes(random: Random, limit: number): Uint8Array {
  return Uint8Array.from({ length: random.below(limit) }, () => random.below(256))
}

async function announced(dht: HyperDHT, topic: Uint8Array): Promise<Uint8Array[]> {
  const found = new Map<string, Uint8Array>()
  for await (const { peers } of dht.lookup(topic)) {
    for (const { publicKey } of peers) found.set(b4a.toString(publicKey, 'hex'), publicKey)
  }
  return [...found.values()]
}

function opened(connection: Connection): Promise<void> {
  return new Promise((resolve) => connection.once('open', () => resolve()))
}

function closed(connection: Connection): Promise<void> {
  return new Promise((resolve) => connection.once('close', () => resolve()))
}

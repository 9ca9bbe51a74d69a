import b4a from 'b4a'
import test, { type Test } from 'brittle'
import Hypercore from 'hypercore'
import { Roles, type Company } from '../shared/peers/roles.js'

const EXTENSION = 'pearlog/role'

test('a reader knows the writer, and other readers', async (t) => {
  const writer = await open(t)
  const reader = await open(t, writer.core.key)
  const other = await open(t, writer.core.key)
  await writer.core.append(b4a.from('one\n'))
  connect(t, reader.core, other.core)
  await reader.is({ writer: false, readers: 1, unknown: 0 })
  connect(t, writer.core, reader.core)
  await reader.is({ writer: true, readers: 1, unknown: 0 })
  await writer.is({ writer: false, readers: 1, unknown: 0 })
  connect(t, writer.core, other.core)
  await writer.is({ writer: false, readers: 2, unknown: 0 })
  t.pass()
})

test('a peer that says nothing is a reader to the writer, and to a reader nothing but a peer', async (t) => {
  const writer = await open(t)
  await writer.core.append(b4a.from('one\n'))
  const reader = await open(t, writer.core.key)
  const silent = await copy(t, writer.core.key)
  connect(t, silent, reader.core)
  connect(t, silent, writer.core)
  await writer.is({ writer: false, readers: 1, unknown: 0 })
  await reader.is({ writer: false, readers: 0, unknown: 1 })
  connect(t, writer.core, reader.core)
  await reader.is({ writer: true, readers: 1, unknown: 0 })
  t.pass()
})

test('nobody passes for the writer with what the writer has said', async (t) => {
  const writer = await open(t)
  await writer.core.append(b4a.from('one\n'))
  const pretender = await copy(t, writer.core.key)
  const heard = new Promise<Uint8Array>((resolve) => {
    pretender.registerExtension(EXTENSION, { onmessage: resolve })
  })
  connect(t, writer.core, pretender)
  const proof = await heard
  t.is(proof.byteLength, 64)
  t.is((await pretender.get(0)).byteLength, 4)

  for (const said of [proof, b4a.alloc(64), b4a.alloc(1), b4a.alloc(100_000)]) {
    const reader = await open(t, writer.core.key)
    const repeat = pretender.registerExtension(EXTENSION, { onmessage: () => {} })
    const met = new Promise<Hypercore.Peer>((resolve) => pretender.once('peer-add', resolve))
    connect(t, pretender, reader.core)
    repeat.send(said, await met)
    await reader.core.get(0) // so that its copy can tell
    await reader.told
    t.alike(reader.roles.company, { writer: false, readers: 0, unknown: 1 })
  }
})

interface Shared {
  core: Hypercore
  roles: Roles
  /** A peer has told its role. */
  told: Promise<void>
  /** Resolves when its company is this. */
  is: (company: Company) => Promise<void>
}

async function copy(t: Test, key?: Uint8Array): Promise<Hypercore> {
  const core = new Hypercore(await t.tmp(), key)
  await core.ready()
  t.teardown(() => core.close(), { order: 1 })
  return core
}

async function open(t: Test, key?: Uint8Array): Promise<Shared> {
  const core = await copy(t, key)
  const told = Promise.withResolvers<void>()
  const waiting: (() => void)[] = []
  const look = (): void => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  const roles = new Roles(core, () => {
    told.resolve()
    look()
  })
  for (const event of ['peer-add', 'append'] as const) core.on(event, look)
  const is = async (company: Company): Promise<void> => {
    while (JSON.stringify(roles.company) !== JSON.stringify(company)) {
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return { core, roles, told: told.promise, is }
}

function connect(t: Test, one: Hypercore, other: Hypercore): void {
  const [from, to] = [one.replicate(true), other.replicate(false)]
  from.pipe(to).pipe(from)
  for (const stream of [from, to]) stream.on('error', () => {})
  t.teardown(() => from.destroy())
}

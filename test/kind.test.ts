// What kind of log it is, and how the parts of pearlog that know a log by its key take one with a manifest.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import Hypercore from 'hypercore'
import { keyPair as newKeyPair } from 'hypercore-crypto'
import { encode } from 'hypercore-id-encoding'
import { reader, writer } from '../lab/apps.js'
import { bareBones } from '../lab/bare-bones.js'
import { NOWHERE } from '../lab/network.js'
import { exportLog, openLog, UsageError, wholeKey, type ReplicatedCore } from '../shared/index.js'
import { importLog } from '../shared/storage/move-log.js'
import {
  decodeKind,
  encodeKind,
  kindOf,
  PLAIN,
  type Kind,
  type Made,
  type Wish
} from '../shared/log/kind.js'
import { listLogs } from '../shared/storage/list.js'

const NEWER = /a newer pearlog is needed/
const HASH = b4a.alloc(16, 7)
const COMPRESSED: Kind = { compressed: true, secretHash: null }
const ENCRYPTED: Kind = { compressed: false, secretHash: HASH }
const WISHES: Wish[] = [false, true].flatMap((compressed) =>
  [false, true].map((encrypted) => ({ compressed, encrypted }))
)
const KINDS: Kind[] = [PLAIN, COMPRESSED, ENCRYPTED, { compressed: true, secretHash: HASH }]

test('a kind comes out of the manifest as it went in', (t) => {
  for (const kind of KINDS) t.alike(decodeKind(encodeKind(kind)), kind)
})

test('what other programs have in their manifest, or nothing, is plain', (t) => {
  t.is(decodeKind(null), PLAIN)
  for (const foreign of ['', 'pear', 'hyperbee', '\0pearlog\x01\x01']) {
    t.is(decodeKind(b4a.from(foreign)), PLAIN)
  }
})

test('a newer version, an unknown flag or another length needs a newer pearlog', (t) => {
  const [plain, encrypted] = [encodeKind(PLAIN), encodeKind(ENCRYPTED)]
  for (const record of [
    b4a.from('pearlog'),
    b4a.from('pearlog\x02\x00'),
    b4a.from('pearlog\x01\x04'),
    plain.subarray(0, -1),
    b4a.concat([plain, b4a.alloc(1)]),
    encrypted.subarray(0, -1),
    b4a.concat([encrypted, b4a.alloc(1)])
  ]) {
    try {
      decodeKind(record)
      t.fail('it was taken')
    } catch (err) {
      t.ok(NEWER.test((err as Error).message))
    }
  }
})

test('a plain log is made as Hypercore makes it', async (t) => {
  const { core } = await open(t, await t.tmp())
  const { publicKey } = core.keyPair!
  const byDefault = new Hypercore(await t.tmp(), null, { keyPair: core.keyPair! })
  await byDefault.ready()
  t.teardown(() => byDefault.close())
  t.alike(core.key, byDefault.key)
  t.alike(core.manifest, byDefault.manifest)
  t.alike(core.manifest!.signers[0]!.publicKey, publicKey)
  t.is(kindOf(core), PLAIN)
})

test('a log keeps its kind, and is refused where it is not what is asked for', async (t) => {
  for (const kind of WISHES) {
    const dir = await t.tmp()
    const first = await open(t, dir, kind)
    const { key } = first.core
    const { compressed, secretHash } = kindOf(first.core)!
    t.alike({ compressed, encrypted: secretHash !== null }, kind)
    await first.core.append(b4a.from('one\n'))
    await first.close()
    for (const asked of WISHES) {
      const isLess = (asked.compressed && !kind.compressed) || (asked.encrypted && !kind.encrypted)
      const again = await open(t, dir, asked).catch((err: unknown) => err)
      if (isLess) {
        t.ok(again instanceof UsageError && /is not (compressed|encrypted)/.test(again.message))
        continue
      }
      const { core } = again as ReplicatedCore
      t.alike([core.key, core.length], [key, 1])
      await (again as ReplicatedCore).close()
    }
  }
})

test('a start that was killed before there was a log begins one of the kind', async (t) => {
  const dir = await t.tmp()
  const storage = Hypercore.defaultStorage(dir, {})
  await storage.ready()
  await storage.close()
  t.ok(fs.existsSync(path.join(dir, 'CORESTORE')))
  t.alike(kindOf((await open(t, dir, COMPRESSED)).core), COMPRESSED)
})

test('a log with a manifest is exported, imported, restored and listed by its key', async (t) => {
  const storage = await t.tmp()
  const [old, dir] = [path.join(storage, 'old'), path.join(storage, 'writer-storage')]
  const first = await open(t, old, COMPRESSED)
  const { core } = first
  await core.append(b4a.from('one\n'))
  await exportLog(core, old)
  await first.close()
  await importLog(old, dir)
  const second = await open(t, dir)
  await second.core.append(b4a.from('two\n'))
  await second.close()
  const [entry] = await listLogs(storage)
  t.is(entry!.key, encode(core.key))
  t.is(entry!.blocks, 2)
  t.is(entry!.problem, null)
  t.is(entry!.kind, 'compressed')

  // As a backup comes back: its files are others, and one block is missing.
  const moved = path.join(storage, 'moved')
  fs.cpSync(dir, moved, { recursive: true })
  const third = await openLog(moved, { network: { bootstrap: NOWHERE }, onlyCopy: true })
  t.teardown(() => third.close())
  t.alike(third.core.key, core.key)
  t.is(third.missing, 0)
})

test('the writer of a log with a manifest is known, and readers get and give what it has', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const own = await openLog(await t.tmp(), { network: { bootstrap }, kind: { encrypted: true } })
  t.teardown(() => own.close())
  await own.core.append(b4a.from('one\n'))
  own.join()
  const copy = await openLog(await t.tmp(), { key: wholeKey(own.core), network: { bootstrap } })
  t.teardown(() => copy.close())
  const known = new Promise<void>((resolve) => {
    const look = (): void => {
      if (copy.company.writer) resolve()
    }
    copy.on('peers', look)
    copy.core.on('append', look)
  })
  copy.join()
  await known
  t.alike(await copy.core.get(0), b4a.from('one\n'))
  t.alike(kindOf(copy.core), kindOf(own.core))
})

test('a log of a newer kind is refused by writer and reader before anything is printed', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const core = new Hypercore(path.join(storage, 'writer-storage'), null, newer())
  await core.ready()
  await core.close()
  const w = writer(t, { bootstrap, storage })
  t.is(await w.ended, 1)
  t.is(w.stdout, '')
  t.ok(NEWER.test(w.stderr), w.stderr)

  const shared = await bareBones(t, bootstrap, null, () => {}, newer())
  await shared.append([b4a.from('one\n'), b4a.from('two\n')])
  const copies = await t.tmp()
  for (const flags of [['--from', '0', '--raw'], ['--tail', '1'], ['--json', '--exit'], []]) {
    const r = reader(t, b4a.toString(shared.key, 'hex'), { bootstrap, storage: copies, flags })
    t.is(await r.ended, 1, flags.join(' '))
    t.is(r.stdout, '')
    t.ok(NEWER.test(r.stderr), r.stderr)
  }
  const [entry] = await listLogs(copies)
  t.is(entry!.kind, 'newer')
})

async function open(t: Test, dir: string, kind?: Wish): Promise<ReplicatedCore> {
  const log = await openLog(dir, { network: { bootstrap: NOWHERE }, kind })
  t.teardown(() => log.close())
  return log
}

function newer(): Made {
  const keyPair = newKeyPair()
  const { publicKey } = keyPair
  const userData = b4a.from('pearlog\x02\x00')
  return { keyPair, manifest: { version: 2, signers: [{ publicKey }], userData } }
}

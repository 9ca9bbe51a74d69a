// What works with a plain log works with an encrypted one, and with one that is compressed, too.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import { randomBytes } from 'hypercore-crypto'
import test, { type Test } from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { commandLine, FROM_START } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { remember } from '../lab/remember.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'

const ALL = [...FROM_START, '--exit']
const KINDS = [['--encrypt'], ['--encrypt', '--compress']]

inEachKind('a writer that lost blocks gets them back from a reader', async (t, kind) => {
  const { storage, write, read } = await setUp(t, kind)
  const first = write()
  const key = await first.key()
  first.type('one\n')
  const r = read(key, FROM_START)
  await r.prints('one\n')
  await first.stop(SIGTERM)
  const rollBack = remember(storage, await t.tmp(), ['db'])
  const second = write()
  second.type('two\n')
  await r.prints('two\n')
  await second.stop(SIGTERM)
  rollBack()

  const third = write()
  third.type('three\n')
  await r.prints('three\n')
  t.is(r.stdout, 'one\ntwo\nthree\n')
  t.ok(third.stderr.includes('the last 1 of 2 blocks come from a reader\n'), third.stderr)
})

inEachKind(
  'a backup is refused; --only-copy asks a mirror, which has no secret',
  async (t, kind) => {
    const { bootstrap, storage, write, read } = await setUp(t, kind)
    const first = write()
    const key = await first.key()
    first.type('one\n')
    const m = read(key.slice(0, 64), ['--mirror'])
    await m.says('holds all of the log: 1 block')
    await first.stop(SIGTERM)
    const backup = await t.tmp()
    fs.cpSync(storage, backup, { recursive: true })
    const second = write('--until-sync', '1')
    second.type('two\n')
    second.endInput()
    t.is(await second.ended, 0)

    const restored = { bootstrap, storage: backup, flags: ['--until-sync', '1'] }
    const refused = writer(t, restored)
    t.is(await refused.ended, 1)
    t.ok(/copied or moved here from another place/.test(refused.stderr), refused.stderr)
    t.is(refused.stdout, '')
    const third = writer(t, { ...restored, flags: [...restored.flags, '--only-copy'] })
    third.type('three\n')
    third.endInput()
    t.is(await third.ended, 0, third.stderr)
    t.is(await third.key(), key)
    t.ok(third.stderr.includes('the last 1 of 2 blocks come from a reader\n'), third.stderr)
    const r = read(key, ALL) // of the mirror alone
    t.is(await r.ended, 0, r.stderr)
    t.is(r.stdout, 'one\ntwo\nthree\n')
  }
)

inEachKind('two histories end the writer and a mirror with a sentence', async (t, kind) => {
  const { bootstrap, storage, write } = await setUp(t, kind)
  const first = write('--until-sync', '0')
  first.type('one\n')
  first.endInput()
  t.is(await first.ended, 0)
  const key = await first.key()
  const rollBack = remember(storage, await t.tmp(), ['db', 'DURABLE'])
  const mirror = { bootstrap, storage: await t.tmp(), flags: ['--mirror'] }
  const m = reader(t, key, mirror)
  const second = write('--until-sync', '1')
  second.type('two\n')
  second.endInput()
  t.is(await second.ended, 0)
  await m.stop(SIGTERM)
  rollBack()
  for (const line of ['not two\n', 'nor three\n']) {
    const alone = write('--until-sync', '0')
    alone.type(line)
    alone.endInput()
    t.is(await alone.ended, 0)
  }

  const ends = [write(), reader(t, key.slice(0, 64), mirror)]
  t.alike(await Promise.all(ends.map(({ ended }) => ended)), [1, 1])
  for (const { stderr } of ends) {
    t.ok(/error: this log has two histories signed with its key/.test(stderr), stderr)
  }
})

inEachKind('it is exported and imported once, with what it keeps', async (t, kind) => {
  const { bootstrap, storage, write, read } = await setUp(t, kind)
  const first = write('--keep', '1MB', '--until-sync', '0')
  first.process.stdin!.end(randomText(3_000_000))
  t.is(await first.ended, 0, first.stderr)
  const key = await first.key()
  const exported = write('--export')
  t.is(await exported.ended, 0)
  t.is(await exported.key(), key)
  const refused = write()
  t.is(await refused.ended, 1)
  t.ok(/was exported, to be written elsewhere/.test(refused.stderr), refused.stderr)

  const from = path.join(storage, 'writer-storage')
  const flags = ['--import', from]
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
  t.is(await w.key(), key)
  const again = writer(t, { bootstrap, storage: await t.tmp(), flags })
  t.is(await again.ended, 1)
  t.ok(/was imported before/.test(again.stderr), again.stderr)
  t.is(again.stdout, '')

  w.type('the last line\n')
  const r = read(key, ['--from', '0', '--json', '--keep', '1MB'])
  await r.prints('"the last line\\n"')
  const [gap, ...lines] = r.stdout.trimEnd().split('\n')
  t.ok(/^\{"gone":\{"from":0,"to":\d+\}\}$/.test(gap!), gap)
  t.ok(lines.length > 100)
  t.ok(lines.slice(0, -1).every((line) => /"data":"[0-9a-f]+\\n"/.test(line)))
  t.ok(/blocks 0 to \d+ are gone: nobody here keeps them\n/.test(r.stderr), r.stderr)
})

inEachKind('a file is handed over, and carried on with after a kill', async (t, kind) => {
  const { write, read } = await setUp(t, kind)
  const file = path.join(await t.tmp(), 'file')
  const text = randomText(3_000_000)
  fs.writeFileSync(file, text)
  const first = write('--hand-over', file)
  const key = await first.key()
  t.is(await first.stop(SIGKILL), SIGKILL)
  const second = write('--hand-over', file)
  t.is(await second.key(), key)
  const r = read(key, ALL)
  t.is(await r.ended, 0, r.stderr)
  t.ok(r.stdout === text)
  t.is(await second.ended, 0)
  const [digest] = /digest \w+/.exec(r.stderr)!
  t.ok(second.stderr.includes(digest), second.stderr)
})

test('encrypted logs are read together, and each goes on at its position', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const from = await t.tmp()
  const names = ['web', 'db']
  const logs = names.map((name, i) => {
    const w = writer(t, { bootstrap, storage: from, flags: ['--log', name, ...KINDS[i]!] })
    w.type(`${name} 0\n`)
    return w
  })
  const keys = await Promise.all(logs.map((w) => w.key()))
  const file = path.join(await t.tmp(), 'logs')
  fs.writeFileSync(file, names.map((name, i) => `${name} ${keys[i]}\n`).join(''))
  const flags = ['--logs', file, '--json']
  const read = (...more: string[]): Program =>
    run(t, commandLine('reader', [], { bootstrap, storage, flags: [...flags, ...more] }))
  const first = read('--from', '0')
  for (const name of names) await first.prints(`"${name} 0\\n"`)
  await first.stop(SIGTERM)

  for (const [i, w] of logs.entries()) w.type(`${names[i]} 1\n`)
  const next = read('--count', '1')
  t.is(await next.ended, 0, next.stderr)
  t.alike(linesOf(next), [
    '{"log":"db","block":1,"data":"db 1\\n"}',
    '{"log":"web","block":1,"data":"web 1\\n"}'
  ])
  const tail = read('--tail', '2', '--exit')
  t.is(await tail.ended, 0, tail.stderr)
  t.is(linesOf(tail).length, 4)
})

/** A log of each kind, side by side. */
function inEachKind(title: string, fn: (t: Test, kind: string[]) => Promise<void>): void {
  test(title, async (t) => {
    await Promise.all(KINDS.map((kind) => fn(t, kind)))
  })
}

async function setUp(t: Test, kind: string[]) {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const copies = await t.tmp()
  let count = 0
  return {
    bootstrap,
    storage,
    /** Runs the writer of the log. */
    write: (...flags: string[]): Program =>
      writer(t, { bootstrap, storage, flags: [...(isLog(storage) ? [] : kind), ...flags] }),
    /** Runs a new reader. */
    read: (key: string, flags: string[]): Program =>
      reader(t, key, { bootstrap, storage: path.join(copies, String(count++)), flags })
  }
}

function isLog(storage: string): boolean {
  return fs.existsSync(path.join(storage, 'writer-storage'))
}

// Lines that compress to a half.
function randomText(size: number): string {
  const hex = b4a.toString(randomBytes(size / 2), 'hex')
  return hex.replace(/.{1000}/g, '$&\n')
}

function linesOf({ stdout }: Program): string[] {
  return stdout.trimEnd().split('\n').toSorted()
}

// Logs whose blocks are gzip members: `--compress`, and what readers make of members of others.
import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { gunzipSync, gzipSync } from 'bare-zlib'
import { randomBytes } from 'hypercore-crypto'
import { NOWHERE, type Node } from '../lab/network.js'
import { reader, run, writer } from '../lab/apps.js'
import { bareBones } from '../lab/bare-bones.js'
import { commandLine, FROM_START } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { BLOCK_LIMIT } from '../shared/log/content.js'
import { Compressor, Inflater } from '../shared/log/gzip.js'
import { madeOf } from '../shared/log/kind.js'

const MADE = (): ReturnType<typeof madeOf> => madeOf({ compressed: true })
const EXIT = [...FROM_START, '--exit']
const bytes = (text: string): Uint8Array => b4a.from(text)

test('what is compressed comes back, and what does not shrink grows by 1 part in 1000 at most', (t) => {
  const compressor = new Compressor()
  const inflater = new Inflater(BLOCK_LIMIT)
  const [text, noise] = [bytes('a line\n'.repeat(30_000)), randomBytes(BLOCK_LIMIT)]
  for (const block of [bytes(''), bytes('a\n'), text, noise, noise, text, noise, text]) {
    const member = compressor.compress(block)
    t.alike(inflater.inflate(member), block)
    t.alike(gunzipSync(member), block)
    t.ok(member.byteLength <= block.byteLength * 1.001 + 20)
    if (block === text) t.ok(member.byteLength < text.byteLength / 50)
  }
})

test('what is not one whole member within the limit is refused, and takes no memory', (t) => {
  const inflater = new Inflater(BLOCK_LIMIT)
  const [member, other] = [gzipSync(bytes('one\n')), gzipSync(bytes('two\n'))]
  const wrongLength = b4a.from(member)
  wrongLength[member.byteLength - 1] = 0x7f
  for (const bad of [
    b4a.alloc(0),
    bytes('plain text\n'),
    member.subarray(0, -1),
    member.subarray(0, 5),
    wrongLength,
    b4a.concat([member, b4a.alloc(1)]),
    b4a.concat([member, bytes('plain text\n')]),
    b4a.concat([member, member]),
    b4a.concat([member, other]),
    gzipSync(b4a.alloc(BLOCK_LIMIT + 1)),
    gzipSync(b4a.alloc(50_000_000))
  ]) {
    let output: Uint8Array | null = null
    try {
      output = inflater.inflate(bad)
    } catch (err) {
      t.ok(err instanceof Error)
    }
    t.is(output, null)
    t.alike(inflater.inflate(member), bytes('one\n'), 'the next one is')
  }
  t.is(inflater.inflate(gzipSync(b4a.alloc(BLOCK_LIMIT))).byteLength, BLOCK_LIMIT)
})

test('each way to read a compressed log gives its text', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--compress'] })
  const key = await w.key()
  const live = reader(t, key, { bootstrap, storage: await t.tmp(), flags: FROM_START })
  w.type('one\ntwo\nthree\n')
  await live.prints('three\n')
  w.type('four\nfive\n')
  await live.prints('five\n')

  const storage = await t.tmp()
  const file = path.join(storage, 'output')
  const first = ['--from', '0', '--raw', '--count', '2']
  t.is(await printedBy(t, key, bootstrap, storage, first), 'one\ntwo\n')
  t.is(await printedBy(t, key, bootstrap, storage, ['--exit', '--raw']), 'three\nfour\nfive\n')
  for (const [flags, printed] of [
    [['--tail', '3', '--raw'], 'three\nfour\nfive\n'],
    [['--from', '1', '--json'], '{"block":1,"data":"four\\n"}\n{"block":1,"data":"five\\n"}\n'],
    [['--from', '0', '--output', file], '']
  ] as [string[], string][]) {
    t.is(await printedBy(t, key, bootstrap, storage, [...flags, '--exit']), printed)
  }
  t.is(fs.readFileSync(file, 'utf8'), live.stdout)
  w.type('six\n')
  await live.prints('six\n')
  await printedBy(t, key, bootstrap, storage, ['--from', '0', '--exit', '--output', file])
  t.is(fs.readFileSync(file, 'utf8'), live.stdout, 'the file goes on')
})

test('--as-stored is a .gz file of all of the log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp(), flags: ['--compress'] })
  const key = await w.key()
  const text = Array.from({ length: 60_000 }, (_, i) => `line ${i}\n`).join('')
  w.type(text)
  w.endInput()
  await w.says('all committed')
  const storage = await t.tmp()
  const r = reader(t, key, { bootstrap, storage, flags: ['--from', '0', '--as-stored', '--exit'] })
  t.is(await r.ended, 0, r.stderr)
  t.ok(r.bytes.byteLength < text.length / 2)
  const file = path.join(storage, 'log.gz')
  fs.writeFileSync(file, r.bytes)
  t.alike(spawnSync('zcat', [file], { maxBuffer: 2 * text.length }).stdout, bytes(text))
})

test('members of other programs are read, up to one that is none, which is named', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const core = await bareBones(t, bootstrap, null, () => {}, MADE())
  const file = path.join(await t.tmp(), 'two.txt')
  fs.writeFileSync(file, 'two\n')
  const { stdout } = spawnSync('gzip', ['-9', '--stdout', file]) // has the file's name in its header
  const named = stdout as Uint8Array
  await core.append([gzipSync(bytes('one\n'), { level: 9 }), named, gzipSync(b4a.alloc(1_000_000))])
  await core.append(gzipSync(bytes('four\n')))
  const key = b4a.toString(core.key, 'hex')
  const storage = await t.tmp()
  for (const printed of ['one\ntwo\n', '']) {
    const flags = printed === '' ? ['--raw', '--exit'] : EXIT
    const r = reader(t, key, { bootstrap, storage, flags })
    t.is(await r.ended, 1)
    t.is(r.stdout, printed)
    t.ok(/error: block 2 of this log cannot be read: .* one gzip member/.test(r.stderr), r.stderr)
  }
  t.is(await printedBy(t, key, bootstrap, storage, ['--from', '3', '--raw', '--exit']), 'four\n')
})

test('the kind is for the life of a log', async (t) => {
  const storage = await t.tmp()
  await write(t, storage, ['--log', 'plain'])
  const refused = write(t, storage, ['--log', 'plain', '--compress'], 2)
  t.ok(
    /error: the log in \S+ is not compressed, and stays as it is: begin/.test(
      (await refused).stderr
    )
  )
  for (const flags of [['--compress'], [], ['--compress']]) await write(t, storage, flags)
  const list = run(t, commandLine('writer', [], { storage, bootstrap: NOWHERE, flags: ['--list'] }))
  t.is(await list.ended, 0)
  t.alike(
    list.stdout
      .match(/^writer +(\w+) .* not running(?: +(.*))?$/gm)
      ?.map((line) => /compressed/.test(line)),
    [true, false]
  )
})

test('a file is handed over by a compressed log, also after an interruption', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, folder] = [await t.tmp(), await t.tmp()]
  const file = path.join(folder, 'file')
  fs.writeFileSync(file, 'one line\n'.repeat(200_000))
  const flags = ['--hand-over', file, '--log', 'it', '--compress']
  // What an interrupted run has left: a part of it.
  await write(t, storage, ['--log', 'it', '--compress'], 0, 'one line\n'.repeat(1000))
  const w = writer(t, { bootstrap, storage, flags })
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: EXIT })
  t.is(await r.ended, 0, r.stderr)
  t.is(await w.ended, 0, w.stderr)
  t.is(r.stdout, fs.readFileSync(file, 'utf8'))
  const digest = /digest [0-9a-f]{64}/.exec(r.stderr)![0]
  t.ok(w.stderr.includes(digest))
})

async function printedBy(
  t: Test,
  key: string,
  bootstrap: Node[],
  storage: string,
  flags: string[]
): Promise<string> {
  const r = reader(t, key, { bootstrap, storage, flags })
  t.is(await r.ended, 0, r.stderr)
  return r.stdout
}

// Lets the writer write a line, and end.
async function write(
  t: Test,
  storage: string,
  flags: string[],
  code = 0,
  input = 'a line\n'
): Promise<Program> {
  const all = ['--until-sync', '0', ...flags]
  const w = writer(t, { bootstrap: NOWHERE, storage, flags: all })
  w.type(input)
  w.endInput()
  t.is(await w.ended, code, w.stderr)
  return w
}

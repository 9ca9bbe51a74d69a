import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import path from 'bare-path'
import test, { type Test } from 'brittle'
import { formatNodes, NOWHERE, type Node } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { reader, writer } from '../lab/apps.js'

const LINES = ['one', 'two', 'three', 'four', 'five']

test('--tail shows the last lines, then follows', async (t) => {
  const { w, follow } = await logOf(t, LINES)
  const r = await follow('--tail', '2')
  await r.prints('five\n')
  w.type('six\n')
  await r.prints('six\n')
  t.is(r.stdout, 'Skipping 3 earlier blocks...\nBlock 3: four\nBlock 4: five\nBlock 5: six\n')
})

test('--tail shows a block in part', async (t) => {
  const { follow } = await logOf(t, ['one\ntwo\nthree'])
  const r = await follow('--tail', '2', '--exit')
  t.is(await r.ended, 0)
  t.is(r.stdout, 'Skipping 0 earlier blocks...\nBlock 0: two\nthree\n')
})

for (const [what, flags, output] of [
  [
    '--tail with --exit',
    ['--tail', '1', '--exit'],
    'Skipping 4 earlier blocks...\nBlock 4: five\n'
  ],
  ['--tail 0 with --exit', ['--tail', '0', '--exit'], 'Skipping 5 earlier blocks...\n'],
  ['--tail of more than there is', ['--tail', '99', '--exit', '--raw'], `${LINES.join('\n')}\n`],
  ['--tail with --count', ['--tail', '3', '--count', '1', '--raw'], 'three\n'],
  ['--from with --count', ['--from', '1', '--count', '2', '--raw'], 'two\nthree\n'],
  ['--count 0', ['--from', '1', '--count', '0'], 'Skipping 1 earlier blocks...\n'],
  [
    '--count of more than there is, with --exit',
    ['--from', '3', '--count', '9', '--exit', '--raw'],
    'four\nfive\n'
  ],
  ['--exit for the first time', ['--exit'], 'Skipping 5 earlier blocks...\n'],
  ['--from at the end, with --exit', ['--from', '5', '--exit', '--raw'], ''],
  ['--from past the end, with --exit', ['--from', '7', '--exit', '--raw'], ''],
  ['--json', ['--from', '4', '--exit', '--json'], '{"block":4,"data":"five\\n"}\n']
] as const) {
  test(`${what} stops by itself`, async (t) => {
    const { follow } = await logOf(t, LINES)
    const r = await follow(...flags)
    t.is(await r.ended, 0)
    t.is(r.stdout, output)
  })
}

test('--exit stops at the end as it was, though the log goes on', async (t) => {
  const { w, follow } = await logOf(t, LINES)
  let n = 0
  const typing = setInterval(() => w.type(`more ${n++}\n`), 5)
  t.teardown(() => clearInterval(typing))
  const r = await follow('--from', '0', '--exit', '--raw')
  t.is(await r.ended, 0)
  t.ok(r.stdout.startsWith('one\ntwo\nthree\nfour\nfive\n'))
})

test('after --count, the next run carries on', async (t) => {
  const { follow, again } = await logOf(t, LINES)
  const first = await follow('--from', '0', '--count', '2', '--raw')
  t.is(await first.ended, 0)
  const second = again(first, '--count', '2', '--raw')
  t.is(await second.ended, 0)
  const third = again(first, '--exit', '--raw')
  t.is(await third.ended, 0)
  t.is(first.stdout + second.stdout + third.stdout, `${LINES.join('\n')}\n`)
})

test('run now and then with --exit, a reader gives what is new', async (t) => {
  const { w, follow, again } = await logOf(t, LINES)
  const first = await follow('--exit', '--raw')
  t.is(await first.ended, 0)
  t.is(first.stdout, '')
  w.type('new\n')
  w.endInput()
  await w.says('all committed')
  const second = again(first, '--exit', '--raw')
  t.is(await second.ended, 0)
  t.is(second.stdout, 'new\n')
})

for (const flags of [['--from', '0', '--exit'], ['--tail', '5', '--exit'], ['--exit']]) {
  test(`a first run that shows nothing is remembered: ${flags.join(' ')}`, async (t) => {
    const { w, follow, again } = await logOf(t, [])
    const first = await follow(...flags, '--raw')
    t.is(await first.ended, 0)
    w.type('one\n')
    w.endInput()
    await w.says('all committed')
    const second = again(first, '--exit', '--raw')
    t.is(await second.ended, 0)
    t.is(first.stdout + second.stdout, 'one\n')
  })
}

test('--tail with --exit shows as many lines while the log goes on', async (t) => {
  const { w, follow } = await logOf(t, LINES)
  let n = 0
  const typing = setInterval(() => w.type(`more ${n++}\n`), 2)
  t.teardown(() => clearInterval(typing))
  const r = await follow('--tail', '3', '--exit', '--raw')
  t.is(await r.ended, 0)
  t.is(r.stdout.split('\n').length - 1, 3, r.stdout)
})

test('--exit with the writer away and a reader up', async (t) => {
  const { w, follow } = await logOf(t, LINES)
  const old = await follow('--from', '0')
  await old.prints('five\n')
  await w.stop(15)
  const r = await follow('--from', '0', '--exit', '--raw')
  t.is(await r.ended, 0)
  t.is(r.stdout, `${LINES.join('\n')}\n`)
})

test('--exit with nobody up prints what is here, says when it gave up, and ends with 3', async (t) => {
  const { w, follow, again } = await logOf(t, LINES)
  const copies = [await follow('--from', '0', '--exit'), await follow('--from', '0', '--exit')]
  for (const copy of copies) t.is(await copy.ended, 0)
  await w.stop(15)
  const alone = ['--dht-bootstrap', formatNodes(NOWHERE), '--raw', '--exit'] // nor do they find each other
  const [r, tail, fresh] = [
    again(copies[0]!, ...alone, '--from', '0'),
    again(copies[1]!, ...alone, '--tail', '2'),
    await follow(...alone)
  ]
  for (const { ended } of [r, tail, fresh]) t.is(await ended, 3)
  t.is(r.stdout, `${LINES.join('\n')}\n`)
  t.is(tail.stdout, 'four\nfive\n')
  t.is(fresh.stdout, '')
  for (const { stderr } of [r, tail, fresh]) {
    t.ok(/nobody found yet/.test(stderr), 'first it says what to check')
    t.ok(
      /error: nobody who has this log answered within 20 s: no DHT node answers/.test(stderr),
      stderr
    )
  }
})

test('--exit with nobody up and a copy that has not all: it prints what it has, and ends with 3', async (t) => {
  const { w, follow, again } = await logOf(t, LINES)
  const part = await follow('--from', '3', '--exit', '--raw')
  t.is(await part.ended, 0)
  await w.stop(15)
  const r = again(part, '--from', '2', '--raw', '--exit')
  t.is(await r.ended, 3)
  t.is(r.stdout, '')
  t.ok(/error: nobody who has this log answered/.test(r.stderr), r.stderr)
})

test('--exit with a peer that has not the block asked for fails', async (t) => {
  const { w, follow } = await logOf(t, LINES)
  const part = await follow('--from', '3', '--raw')
  await part.prints('five\n')
  await w.stop(15)
  const r = await follow('--from', '2', '--raw', '--exit')
  t.is(await r.ended, 1)
  t.ok(/error: block 2 did not come within 20 s\n/.test(r.stderr), r.stderr)
})

test('--json is JSON, whatever is in the blocks', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const blocks = [
    b4a.from('text with "quotes", \\ and añ漢😀\n'),
    b4a.from('\u0000\u001b[31m\u009b\u202e\u2028\u007f\t\r\n'),
    b4a.from([0xff, 0xfe, 0x00]),
    b4a.from('\ufeffa byte order mark'),
    b4a.from([0xed, 0xa0, 0x80]), // a lone surrogate
    b4a.alloc(0)
  ]
  const storage = await t.tmp()
  const core = new Hypercore(path.join(storage, 'writer-storage'))
  await core.append(blocks)
  await core.ready()
  await core.close()
  const w = writer(t, { bootstrap, storage })
  const flags = ['--from', '0', '--exit', '--json']
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags })
  t.is(await r.ended, 0)
  t.ok(/^[\x20-\x7e\u00a0-\u200d\u2010-\uffff\n]*$/.test(r.stdout), 'fit for a terminal')

  const lines = r.stdout.trimEnd().split('\n')
  t.is(lines.length, blocks.length)
  for (const [i, line] of lines.entries()) {
    const { block, data, base64 } = JSON.parse(line) as Record<string, string>
    t.is(Number(block), i)
    t.is(base64 !== undefined, i === 2 || i === 4)
    const bytes = base64 === undefined ? b4a.from(data!) : b4a.from(base64, 'base64')
    t.ok(b4a.equals(bytes, blocks[i]!))
  }
})

interface Log {
  w: Program
  follow: (...flags: string[]) => Promise<Program>
  /** The same reader again. */
  again: (r: Program, ...flags: string[]) => Program
}

// Each text is a block.
async function logOf(t: Test, texts: readonly string[]): Promise<Log> {
  const { bootstrap }: { bootstrap: Node[] } = await createTestnet(10, t)
  const storages = new Map<Program, string>()
  const storage = await t.tmp()
  const core = new Hypercore(path.join(storage, 'writer-storage'))
  if (texts.length > 0)
    await core.append(texts.map((text) => b4a.from(text.includes('\n') ? text : `${text}\n`)))
  await core.close()
  const w = writer(t, { bootstrap, storage })
  const key = await w.key()
  const start = (folder: string, flags: string[]): Program => {
    const r = reader(t, key, { bootstrap, storage: folder, flags })
    storages.set(r, folder)
    return r
  }
  return {
    w,
    follow: async (...flags) => start(await t.tmp(), flags),
    again: (r, ...flags) => start(storages.get(r)!, flags)
  }
}

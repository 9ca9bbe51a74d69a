// What a reader prints, line by line, and for as long as somebody reads it.
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { formatKey } from '../shared/log/key.js'
import { json } from '../shared/terminal/format.js'
import { formatNodes } from '../lab/network.js'
import { appCommand } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { reader, run, writer } from '../lab/apps.js'

const NOTICE = 'each block has a prefix here; --raw prints the lines alone'
const MIXED = [b4a.from('one\ntw'), b4a.from('o\nthree\nfo'), b4a.from([0xff, 0x0a, 0x61, 0x0a])]
const noJq = spawnSync('jq', ['--version']).status !== 0

test('--json is an object a line; only one that is not UTF-8 is base64', (t) => {
  t.is(print(b4a.from('a\nb\n')), '{"block":24,"data":"a\\n"}\n{"block":24,"data":"b\\n"}\n')
  t.is(print(b4a.from('a')), '{"block":24,"data":"a"}\n')
  t.is(print(b4a.from('\n\n')), '{"block":24,"data":"\\n"}\n{"block":24,"data":"\\n"}\n')
  t.is(print(b4a.alloc(0)), '{"block":24,"data":""}\n')
  t.is(print(MIXED[2]!), '{"block":24,"base64":"/wo="}\n{"block":24,"data":"a\\n"}\n')
})

test('--json gives every byte back, by the recipe of the README', { skip: noJq }, async (t) => {
  const log = await logOf(t, MIXED)
  const recipe = `jq -r '.base64 // (.data | @base64)' | base64 -d`
  const script = ['sh', '-c', `"$@" | ${recipe}`, 'sh']
  const r = run(t, [...script, ...log.command(await t.tmp(), '--from', '0', '--exit', '--json')])
  t.is(await r.ended, 0)
  t.ok(b4a.equals(r.bytes, b4a.concat(MIXED)))
})

test('--count counts lines, and the next run goes on inside the block', async (t) => {
  const log = await logOf(t, [b4a.from('1\n2\n3\n4\n'), b4a.from('5\n6\n')])
  const storage = await t.tmp()
  const flags = [['--from', '0'], [], []]
  const output: string[] = []
  for (const start of flags) output.push(await log.read(storage, ...start, '--count', '2', '--raw'))
  t.alike(output, ['1\n2\n', '3\n4\n', '5\n6\n'])
  t.is(await log.read(storage, '--exit', '--raw'), '')
})

test('--count counts a line that lies in several blocks once', async (t) => {
  const log = await logOf(t, MIXED)
  const storage = await t.tmp()
  t.is(await log.read(storage, '--from', '0', '--count', '2', '--raw'), 'one\ntwo\n')
  t.is(await log.read(storage, '--count', '1', '--json'), '{"block":1,"data":"three\\n"}\n')
  t.is(
    await log.read(storage, '--exit'),
    'Skipping 1 earlier blocks...\nBlock 1: fo\nBlock 2: \ufffd\na\n'
  )
})

test('--count with --tail starts inside a block, and ends in it', async (t) => {
  const log = await logOf(t, [b4a.from('1\n2\n3\n4\n')])
  t.is(await log.read(await t.tmp(), '--tail', '3', '--count', '2', '--raw'), '2\n3\n')
})

test('a position that 0.1.0 left is taken', async (t) => {
  const log = await logOf(t, [b4a.from('1\n'), b4a.from('2\n'), b4a.from('3\n')])
  const storage = await t.tmp()
  const key = b4a.from(log.key, 'hex')
  const folder = formatKey(Hypercore.discoveryKey(key))
  const copy = new Hypercore(path.join(storage, 'reader-storage', folder), key)
  await copy.setUserData('position', b4a.from('1'))
  await copy.close()
  t.is(await log.read(storage, '--exit', '--raw'), '2\n3\n')
})

test('what has no newline yet is shown after a second of quiet', async (t) => {
  const log = await logOf(t, [])
  const r = run(t, log.command(await t.tmp(), '--from', '0', '--raw'))
  log.w.type('name? ')
  await r.prints('name? ')
  log.w.type('Ada\n')
  await r.prints('Ada\n')
  t.is(r.stdout, 'name? Ada\n')
})

test('a reader ends with the one that reads its pipe, though the log is quiet', async (t) => {
  const log = await logOf(t, [b4a.from('one\n')])
  for (const flags of [[], ['--raw'], ['--json']]) {
    const script = '{ "$@"; echo "code $?" >&2; } | head -n 1'
    const command = log.command(await t.tmp(), '--from', '0', ...flags)
    const r = run(t, ['sh', '-c', script, 'sh', ...command])
    await r.says('code 0')
    t.absent(r.stderr.includes('error'), r.stderr)
  }
})

test('a pipe gets prefixes, and a notice says once how to be without', async (t) => {
  const log = await logOf(t, [b4a.from('one\n')])
  for (const [flags, times] of [
    [[], 1],
    [['--raw'], 0],
    [['--json'], 0],
    [['--quiet'], 0]
  ] as const) {
    const r = run(t, log.command(await t.tmp(), '--from', '0', '--exit', ...flags))
    t.is(await r.ended, 0)
    t.is(r.stderr.split(NOTICE).length - 1, times)
  }
})

interface Log {
  w: Program
  key: string
  command: (storage: string, ...flags: string[]) => string[]
  /** What a run of a reader prints, which ends by itself. */
  read: (storage: string, ...flags: string[]) => Promise<string>
}

async function logOf(t: Test, blocks: Uint8Array[]): Promise<Log> {
  const { bootstrap } = await createTestnet(10, t)
  const own = await t.tmp()
  const core = new Hypercore(path.join(own, 'writer-storage'))
  if (blocks.length > 0) await core.append(blocks)
  await core.close()
  const w = writer(t, { bootstrap, storage: own })
  const key = await w.key()
  return {
    w,
    key,
    command: (storage, ...flags) => {
      const nodes = ['--dht-bootstrap', formatNodes(bootstrap)]
      return [...appCommand('reader'), key, '--storage', storage, ...nodes, ...flags]
    },
    read: async (storage, ...flags) => {
      const r = reader(t, key, { bootstrap, storage, flags: [...flags] })
      t.is(await r.ended, 0)
      return r.stdout
    }
  }
}

function print(block: Uint8Array): string {
  return b4a.toString(b4a.concat(json(block, 24)))
}

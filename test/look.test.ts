// Where a reader is, and runs that look elsewhere.
import fs from 'bare-fs'
import os from 'bare-os'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { NOWHERE, type Node } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import { sleep } from '../lab/time.js'
import { readerFolder } from '../shared/storage/layout.js'
import { readStatus } from '../shared/storage/status-file.js'

test('a look leaves the position alone, and says so', async (t) => {
  const { read, write } = await collected(t, 5)
  await write(20)
  const look = await read('--tail', '2', '--exit', '--raw')
  t.is(look.stdout, '23\n24\n')
  t.ok(look.stderr.includes('a look: the position stays at block 5\n'), look.stderr)
  t.is((await read('--from', '0', '--count', '1', '--raw')).stdout, '0\n')
  t.is((await read('--exit', '--raw')).stdout, numbers(5, 25), 'the collector misses nothing')
  t.is((await read('--exit', '--raw')).stdout, '', 'and repeats nothing')
})

test('the first run sets the position, wherever it starts, and moves it', async (t) => {
  const { read } = await logOf(t, 5)
  const first = await read('--from', '2', '--count', '2', '--raw')
  t.is(first.stdout, '2\n3\n')
  t.absent(first.stderr.includes('a look'))
  t.is((await read('--exit', '--raw')).stdout, '4\n')
})

test('--forget has a run set the position anew', async (t) => {
  const { read } = await collected(t, 5)
  t.is((await read('--forget', '--from', '1', '--count', '1', '--raw')).stdout, '1\n')
  t.is((await read('--count', '1', '--raw')).stdout, '2\n')
  t.is((await read('--forget', '--exit', '--raw')).stdout, '', 'as for the first time')
  t.is((await read('--exit', '--raw')).stdout, '')
})

test('a position can be inside a block', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\ntwo\nthree\n')
  w.endInput()
  await w.says('all committed: length 1')
  const options = { bootstrap, storage: await t.tmp() }
  for (const [flags, output] of [
    [['--from', '0', '--count', '1', '--raw'], 'one\n'],
    [['--count', '1', '--json'], '{"block":0,"data":"two\\n"}\n'],
    [['--exit', '--raw'], 'three\n']
  ] as const) {
    const r = reader(t, await w.key(), { ...options, flags: [...flags] })
    t.is(await r.ended, 0)
    t.is(r.stdout, output)
  }
})

test('a look beside a collector reads through it, without a network', async (t) => {
  const { bootstrap, storage, key, w } = await logOf(t, 3)
  const before = looks()
  const collector = reader(t, key, { bootstrap, storage, flags: ['--from', '0', '--raw'] })
  await collector.prints('2\n')
  const dir = readerFolder(storage, b4a.from(key, 'hex'))
  while (readStatus(dir)?.position !== 3) await sleep(50) // it is told once a second
  for (const [flags, output] of [
    [['--tail', '2', '--exit', '--raw'], '1\n2\n'],
    [['--from', '1', '--count', '1', '--raw'], '1\n']
  ] as const) {
    const look = reader(t, key, { bootstrap: NOWHERE, storage, flags: [...flags] })
    t.is(await look.ended, 0, look.stderr)
    t.is(look.stdout, output)
    t.ok(/a look: the position stays at block 3\n/.test(look.stderr), look.stderr)
  }
  const following = reader(t, key, { bootstrap: NOWHERE, storage, flags: ['--tail', '0', '--raw'] })
  await following.says('starting at block 3')
  w.type('3\n')
  await following.prints('3\n')
  await collector.prints('3\n')
  t.is(await following.stop(SIGTERM), 143)
  t.is(collector.stdout, numbers(0, 4))
  t.alike(looks(), before, 'nothing is left behind')

  const second = reader(t, key, { bootstrap, storage })
  t.is(await second.ended, 1, 'one folder has one process')
  t.ok(/in use by another pearlog/.test(second.stderr))
  await collector.stop(SIGKILL)
  const next = reader(t, key, { bootstrap, storage, flags: ['--raw'] })
  w.type('4\n')
  await next.prints('4\n')
  t.pass('what a killed one has left is in nobody’s way')
})

interface Log {
  bootstrap: Node[]
  storage: string
  key: string
  w: Program
  /** A run of the reader that ends by itself. */
  read: (...flags: string[]) => Promise<Program>
  /** Writes so many more numbers, a block each. */
  write: (count: number) => Promise<void>
}

// A log of numbers, a block each.
async function logOf(t: Test, count: number): Promise<Log> {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const witness = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  let next = 0
  const write = async (more: number): Promise<void> => {
    for (const end = next + more; next < end; next++) {
      w.type(`${next}\n`)
      await witness.prints(`Block ${next}: ${next}\n`)
    }
  }
  await write(count)
  const read = async (...flags: string[]): Promise<Program> => {
    const r = reader(t, key, { bootstrap, storage, flags })
    t.is(await r.ended, 0, r.stderr)
    return r
  }
  return { bootstrap, storage, key, w, read, write }
}

// The same, with a collector that has all of it.
async function collected(t: Test, count: number): Promise<Log> {
  const log = await logOf(t, count)
  t.is((await log.read('--from', '0', '--exit', '--raw')).stdout, numbers(0, count))
  return log
}

function numbers(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join('')
}

function looks(): string[] {
  return fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith('pearlog-look-'))
}

/* oxlint-disable no-underscore-dangle -- the names are those of Hypercore 11.39.5 */
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { bareBones } from '../lab/bare-bones.js'
import { Clock } from '../lab/clock/clock.js'
import { compiled, FROM_START } from '../lab/commands.js'
import { parseNodes } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { Star } from '../lab/star.js'
import { now, sleep } from '../lab/time.js'

const SIGSTOP = 19
const READERS = 4
const SIZE = 6_000_000
const MOST_COPIES = 2.5 // it was 4 and more
const LINES = 300
const EVERY = 10 // ms
const MOST_LIVE_COPIES = 2.5
const skip = !Star.available

test(
  'a thin line of the writer carries a log about once, however many read it',
  { skip },
  async (t) => {
    const { star, readers, input } = await fanOut(t)
    const [before] = star.traffic()
    await print(t, readers, input)
    const copies = (star.traffic()[0]!.sent - before!.sent) / SIZE
    t.ok(copies < MOST_COPIES, `${copies.toFixed(1)} times`)
  }
)

test('a reader that stands still does not hold up the others', { skip }, async (t) => {
  const { readers, input } = await fanOut(t)
  const [still, ...others] = readers
  await still!.says('peers')
  os.kill(still!.process.pid, SIGSTOP)
  await print(t, others, input)
})

test('a clock that jumps does not hold up readers', { skip }, async (t) => {
  const clock = Clock.make(await t.tmp())
  if (!clock) return t.pass('needs Linux and cc')
  const { readers, input } = await fanOut(t, { env: clock.env })
  for (const [i, days] of [1, -1, 0].entries()) {
    const size = (SIZE / 4) * (i + 1)
    await Promise.all(readers.map((r) => r.until(() => r.byteLength >= size, 'print some of it')))
    clock.jump(days * 24 * 3600)
  }
  await print(t, readers, input)
})

test('a thin line of the writer carries new lines about once, too', { skip }, async (t) => {
  const { star, writer: w, readers } = await fanOut(t, { writerUp: 2, live: true })
  const printed = (size: number): Promise<unknown> =>
    Promise.all(readers.map((r) => r.until(() => r.byteLength >= size, 'print the lines')))
  let text = ''
  const type = (line: string): void => {
    text += line
    w.type(line)
  }
  const typeLines = async (): Promise<void> => {
    const start = now()
    for (let i = 0; i < LINES;) {
      for (; i < Math.min(LINES, (now() - start) / EVERY); i++) type(`${i} ${'x'.repeat(1000)}\n`)
      await sleep(EVERY)
    }
    await printed(text.length)
  }
  type('the first\n')
  await printed(text.length)
  await typeLines() // the line gets full, and empty again
  const size = text.length
  const [before] = star.traffic()
  await typeLines()
  const all = readers.every((r) => r.stdout === text)
  t.ok(all, 'all of them, in order')
  const copies = (star.traffic()[0]!.sent - before!.sent) / (text.length - size)
  t.ok(copies < MOST_LIVE_COPIES, `${copies.toFixed(1)} times`)
})

test('Hypercore has what limits and spreads requests, and tells full lines', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const core = await bareBones(t, bootstrap, null)
  await core.append(b4a.from('a'))
  const copy = await bareBones(t, bootstrap, core.key)
  await copy.get(0)
  const { replicator } = copy
  const [peer] = replicator.peers
  for (const name of [
    'getMaxInflight',
    'getMaxHotswapInflight',
    '_send',
    'push',
    'signalUpgrade',
    'sendSync',
    '_shouldUpdateCanUpgrade',
    '_updateCanUpgradeAndSync',
    'ondata',
    'broadcastRange',
    '_clearLocalRange',
    '_requestBlock',
    '_requestRange',
    '_requestRangeBlock',
    '_findNext',
    '_getValidEnd',
    '_remoteHasBlock'
  ] as const) {
    t.is(typeof peer![name], 'function', name)
  }
  t.is(typeof replicator.updatePeer, 'function', 'updatePeer')
  t.ok(replicator._blocks.isEmpty(), '_blocks')
  t.is(replicator._blocks.get(0), null, 'get')
  t.alike(replicator._ranges, [], '_ranges')
  t.is(peer!.inflight, 0, 'inflight')
  t.is(typeof peer!.remoteAllowPush, 'boolean', 'remoteAllowPush')
  t.is(typeof peer!.remoteDownloading, 'boolean', 'remoteDownloading')
  t.is(typeof peer!.stream.flush, 'function', 'flush')
  t.is(typeof peer!.stream.rawStream.rtt, 'number', 'rtt')
})

async function print(t: Test, readers: Program[], input: Uint8Array): Promise<void> {
  await Promise.all(readers.map((r) => r.until(() => r.byteLength >= SIZE, 'print the log')))
  t.ok(
    readers.every((r) => b4a.equals(r.bytes, input)),
    'all of it, in order'
  )
}

interface Setting {
  /** Of the readers. */
  env?: Record<string, string>
  /** Mbit/s. */
  writerUp?: number
  /** The writer has no log yet. */
  live?: boolean
}

async function fanOut(
  t: Test,
  { env, writerUp = 8, live = false }: Setting = {}
): Promise<{ star: Star; writer: Program; readers: Program[]; input: Uint8Array }> {
  const star = new Star({ readers: READERS, up: 16, down: 80, writerUp })
  t.teardown(() => star.remove(), { order: Infinity })
  const testnet = run(t, [...star.on('hub'), ...compiled('lab/testnet'), star.address])
  await testnet.prints('\n')
  const bootstrap = parseNodes(testnet.stdout.trim())
  const file = path.join(await t.tmp(), 'input')
  const input = b4a.from('A line of text, and more of it\n'.repeat(SIZE / 31 + 1)).subarray(0, SIZE)
  for (let at = 0; at < SIZE; at += 1000) input.set(b4a.from(String(at)), at)
  fs.writeFileSync(file, input)
  const source = live ? {} : { input: file }
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage, prefix: star.on(0), ...source })
  if (!live) await w.says('all committed')
  const key = await w.key()
  const readers: Program[] = []
  for (let i = 1; i <= READERS; i++) {
    const place = { storage: await t.tmp(), prefix: star.on(i) }
    readers.push(reader(t, key, { bootstrap, ...place, env, flags: FROM_START }))
  }
  return { star, writer: w, readers, input }
}

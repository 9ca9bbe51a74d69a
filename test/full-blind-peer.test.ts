// What a blind peer that trusts nobody means for readers: it does not announce a log, and clears it when it is full.
import createTestnet from '@hyperswarm/testnet'
import { randomBytes } from 'hypercore-crypto'
import b4a from 'b4a'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { blindPeer } from '../lab/blind-peers.js'
import { SIGTERM } from '../lab/signals.js'

const MOST = 100_000 // bytes
const TEXT = b4a.toString(randomBytes(30_000), 'hex') + '\n'

test('readers and writers of a log that a full blind peer has cleared are told', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { key: peer, server } = await blindPeer(t, bootstrap, await t.tmp(), MOST)
  const flags = ['--blind-peer', peer]
  const write = (storage: string, ...more: string[]) =>
    writer(t, { bootstrap, storage, flags: [...flags, ...more] })
  const read = (key: string, storage: string, more: string[]) =>
    reader(t, key, { bootstrap, storage, flags: more })
  const [first, second, third] = [await t.tmp(), await t.tmp(), await t.tmp()]
  const keys: string[] = []
  for (const storage of [first, second]) {
    const w = write(storage, '--until-sync', 'blind')
    w.type(TEXT)
    w.endInput()
    t.is(await w.ended, 0, w.stderr)
    keys.push(await w.key())
  }
  const [key, other] = keys as [string, string]
  const copy = await t.tmp() // of before
  const old = read(other, copy, [...flags, '--from', '0', '--exit'])
  t.is(await old.ended, 0, old.stderr)
  const last = write(third)
  last.type(TEXT)
  await last.says('the blind peer keeps this log')
  last.type('more\n')
  await server.prints('cleared')
  await last.stop(SIGTERM)

  // Each log is of one block now that the blind peer has not.
  const waits = read(key, await t.tmp(), [...flags, '--from', '0', '--raw'])
  const follows = read(key, await t.tmp(), [...flags, '--raw'])
  const finds = read(await last.key(), await t.tmp(), ['--from', '0', '--raw'])
  const back = write(second, '--until-sync', 'blind')
  back.endInput()
  const mirror = read(other, copy, [...flags, '--mirror'])
  await Promise.all([
    waits.says(
      'waiting for block 0, which nobody here has: a blind peer that was full has cleared it, perhaps; it comes when the writer or a reader that has it is up, or go on with --from 1\n'
    ),
    follows.says('starting at block 1\n'),
    finds.says('the DHT answers, but nobody in it shares this log'),
    ...[back, mirror].map((holder) => holder.says('the blind peer does not have all of this log'))
  ])
  t.absent(back.isOver, 'it does not hold the whole log')

  const again = write(first)
  again.type('later\n')
  await waits.prints(`${TEXT}later\n`)
  await follows.prints('later\n')
  t.is(follows.stdout, 'later\n', 'what is written later')
})

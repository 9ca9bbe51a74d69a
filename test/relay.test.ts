// Two that no hole punching brings together: both behind NATs that give another port to each destination.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import test, { type Test } from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { compiled } from '../lab/commands.js'
import { Nats } from '../lab/nats.js'
import { parseNodes } from '../lab/network.js'
import { parseKey, splitKey } from '../shared/log/key.js'

const skip = !Nats.available
if (skip) console.log('# the test of --relay needs root, iproute2 and nftables')

test(
  'without --relay nobody gets through, and why is said; with it, lines do',
  { skip },
  async (t) => {
    const { at, onHub } = await behindNats(t)
    const relay = await onHub('relay')
    const there = ['--relay', relay.stdout.trim()]
    const nowhere = ['--relay', 'f'.repeat(64)]
    // A log each: readers behind one NAT find each other.
    const pair = async (ofWriter: string[], ofReader: string[]) => {
      const w = writer(t, await at('a', ofWriter))
      const key = await w.key()
      w.type('a line\n')
      return { w, r: reader(t, key, await at('b', ['--from', '0', '--raw', ...ofReader])), key }
    }

    const refusals: [string[], string][] = [
      [[], 'or try --relay <key>'],
      [nowhere, 'or see why the relay does not answer: is it up, and is its key right?']
    ] as const
    const refused = refusals.map(async ([flags, advice]) => {
      const { r } = await pair([], flags)
      await r.says('another port to each destination, and so, it seems,')
      await r.says(advice)
      t.is(r.stdout, '')
    })
    const connected = [there, []].map(async (flags) => {
      const { w, r, key } = await pair(flags, there)
      if (flags === there) await w.says(`${key} ${there.join(' ')}`)
      await r.prints('a line\n')
      w.type('another line\n')
      await r.prints('another line\n')
    })
    await Promise.all(connected)
    t.ok(relay.stdout.includes('paired'))
    await Promise.all(refused)
  }
)

test('a relay passes on cipher text alone, of plain logs, too', { skip }, async (t) => {
  const { at, onHub } = await behindNats(t)
  const file = path.join(await t.tmp(), 'passed')
  const relay = await onHub('relay', file)
  const flags = ['--relay', relay.stdout.trim()]
  const text = 'Zt4kQ9wXn2LbY7sRd0MvHc5GpJ8fEaUi'
  const keys = await Promise.all(
    [[], ['--encrypt']].map(async (kind) => {
      const w = writer(t, await at('a', [...kind, ...flags]))
      const key = await w.key()
      for (let i = 0; i < 100; i++) w.type(`${i} ${text}\n`)
      const r = reader(t, key, await at('b', ['--from', '0', '--raw', ...flags]))
      await r.prints(`99 ${text}\n`)
      return splitKey(parseKey(key))
    })
  )
  const passed = fs.readFileSync(file) as Uint8Array
  t.ok(passed.byteLength > 2 * 100 * text.length, `${passed.byteLength} bytes`)
  for (const bytes of [
    b4a.from(text),
    ...keys.flatMap(({ key, secret }) => [key, ...(secret ? [secret] : [])])
  ])
    t.is(b4a.indexOf(passed, bytes), -1)

  // Who sends it as it is, is read.
  const pair = await onHub('unencrypted-pair', flags[1]!, text)
  await pair.prints(`${text}\n`)
  t.ok(b4a.indexOf(fs.readFileSync(file) as Uint8Array, b4a.from(text)) !== -1)
})

async function behindNats(t: Test) {
  const nats = new Nats()
  t.teardown(() => nats.remove(), { order: Infinity })
  const start = async (module: string, ...args: string[]) => {
    const program = run(t, [...nats.on('hub'), ...compiled(`lab/${module}`), nats.address, ...args])
    await program.prints('\n')
    return program
  }
  const testnet = await start('testnet')
  const nodes = testnet.stdout.trim()
  return {
    onHub: (module: string, ...args: string[]) => start(module, nodes, ...args),
    at: async (place: 'a' | 'b', flags: string[]) => ({
      bootstrap: parseNodes(nodes),
      storage: await t.tmp(),
      prefix: nats.on(place),
      flags
    })
  }
}

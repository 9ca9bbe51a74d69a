// Two that no hole punching brings together: both behind NATs that give another port to each destination.
import test from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { compiled } from '../lab/commands.js'
import { Nats } from '../lab/nats.js'
import { parseNodes } from '../lab/network.js'

const skip = !Nats.available
if (skip) console.log('# the test of --relay needs root, iproute2 and nftables')

test(
  'without --relay nobody gets through, and why is said; with it, lines do',
  { skip },
  async (t) => {
    const nats = new Nats()
    t.teardown(() => nats.remove(), { order: Infinity })
    const onHub = (...command: string[]) => run(t, [...nats.on('hub'), ...command])
    const testnet = onHub(...compiled('lab/testnet'), nats.address)
    await testnet.prints('\n')
    const nodes = testnet.stdout.trim()
    const relay = onHub(...compiled('lab/relay'), nats.address, nodes)
    await relay.prints('\n')
    const there = ['--relay', relay.stdout.trim()]
    const nowhere = ['--relay', 'f'.repeat(64)]
    const at = async (place: 'a' | 'b', flags: string[]) => ({
      bootstrap: parseNodes(nodes),
      storage: await t.tmp(),
      prefix: nats.on(place),
      flags
    })
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

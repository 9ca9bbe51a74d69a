// Two machines on one network that has no way out, with a DHT of its own: docs/network.md.
import path from 'bare-path'
import test from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { Link } from '../lab/link.js'
import { Switch } from '../lab/switch.js'

const COMMAND = path.join(import.meta.dirname, '../../node_modules/.bin/hyperswarm-testnet')
const PORT = 49736
const TERM = 15

const skip = !Link.available
if (skip) console.log('# the test of a network without a way out needs root and iproute2')

test('on a network without a way out, a DHT of its own will do', { skip }, async (t) => {
  const net = new Switch()
  t.teardown(() => net.remove(), { order: Infinity })
  const dht = run(t, [...net.on('a'), COMMAND, '--size', '4', '--host', net.address])
  await dht.prints(`port: ${PORT}`)

  const at = async (host: 'a' | 'b') => ({
    bootstrap: [{ host: net.address, port: PORT }],
    storage: await t.tmp(),
    prefix: net.on(host)
  })
  const home = await at('a')
  const w = writer(t, home)
  const key = await w.key()
  w.type('a line\n')
  const r = reader(t, key, { ...(await at('b')), flags: ['--from', '0', '--raw'] })
  await r.prints('a line\n')

  await w.stop(TERM)
  const again = writer(t, home)
  again.type('after a restart\n')
  await r.prints('after a restart\n')
  t.is(r.stdout, 'a line\nafter a restart\n')
})

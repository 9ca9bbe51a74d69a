// Why nobody was found: a reader says it after 10 s, and with --exit again when it gives up.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import test, { type Test } from 'brittle'
import { reader, run, writer, type AppOptions } from '../lab/apps.js'
import { compiled } from '../lab/commands.js'
import { Hub } from '../lab/hub.js'
import { Link } from '../lab/link.js'
import { NOWHERE, parseNodes, type Node } from '../lab/network.js'
import { SIGKILL } from '../lab/signals.js'
import type { Facts } from '../shared/peers/facts.js'
import { WORDS } from '../shared/terminal/silence.js'

const PAGE = path.join(import.meta.dirname, '../../docs/network.md')
const UNKNOWN = [{ host: 'nowhere.invalid', port: 9 }]

test('a reader says why nobody was found', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  await Promise.all([
    explains(t, 'no DHT node answers (asked 127.0.0.1:9): is', keyOf('1'), { bootstrap: NOWHERE }),
    explains(t, 'there is no address for nowhere.invalid:9: is', keyOf('2'), {
      bootstrap: UNKNOWN
    }),
    explains(t, 'the DHT answers, but nobody in it shares this log', keyOf('3'), { bootstrap }),
    explains(t, 'somebody shared this log, but does not answer', await keyOfGone(t, bootstrap), {
      bootstrap
    }),
    explains(t, 'somebody answers, but does not have the key', await keyOfStranger(t, bootstrap), {
      bootstrap
    })
  ])
})

test('a reader says what the network keeps back', { skip: !Link.available }, async (t) => {
  const hub = new Hub()
  t.teardown(() => hub.remove(), { order: Infinity })
  const testnet = run(t, [...hub.on('hub'), ...compiled('lab/testnet'), hub.address])
  await testnet.prints('\n')
  const bootstrap = parseNodes(testnet.stdout.trim())
  const nowhere = [{ host: hub.nowhere, port: 49737 }]
  const w = writer(t, { bootstrap, storage: await t.tmp(), prefix: hub.on('a') })
  const key = await w.key()
  await Promise.all([
    explains(t, 'this machine has no network\n', key, { bootstrap, prefix: ['unshare', '-n'] }),
    explains(t, 'no DHT node answers (asked 10.78.9.9:49737): is', key, {
      bootstrap: nowhere,
      prefix: hub.on('b')
    }),
    explains(t, 'somebody who shares this log is up, but no UDP packet comes through', key, {
      bootstrap,
      prefix: hub.on('b')
    })
  ])
})

test('readers who have nothing of a log say so, and what else is known with DEBUG', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const options = { bootstrap, env: { DEBUG: '1' } }
  const readers = [
    reader(t, keyOf('4'), { ...options, storage: await t.tmp() }),
    reader(t, keyOf('4'), { ...options, storage: await t.tmp() })
  ]
  for (const r of readers) {
    await r.says('nobody found yet: there are only readers that have nothing of this log yet')
    t.ok(/what is known: \{"nodes":\["127.0.0.1:\d+"\],.*"peers":1,/.test(r.stderr), r.stderr)
  }
})

test('a reader says it again when the reason is another one', async (t) => {
  // Below the ports that systems give out: no other test takes it meanwhile.
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const bootstrap = [{ host: '127.0.0.1', port }]
  const r = reader(t, keyOf('6'), { bootstrap, storage: await t.tmp() })
  await r.says('nobody found yet: no DHT node answers')
  await createTestnet(10, { port, teardown: (fn) => t.teardown(fn) })
  await r.says('nobody found yet: the DHT answers, but nobody in it shares this log')
})

test('the page on networks has a paragraph for each reason', (t) => {
  const page = fs.readFileSync(PAGE, 'utf8').replace(/\s+/g, ' ')
  const facts = { nodes: ['<nodes>'], hasRelay: true, relay: null } as Partial<Facts> as Facts
  const reasons = Object.values(WORDS).map((words) => words(facts))
  for (const reason of reasons) {
    const [start] = /^[^:]*?(?=[:(]|$)/.exec(reason)!
    t.ok(page.includes('`' + start.trim()), start)
  }
})

async function explains(
  t: Test,
  why: string,
  key: string,
  options: Pick<AppOptions, 'bootstrap' | 'prefix'>
): Promise<void> {
  const env = { DEBUG: '1' }
  const r = reader(t, key, { ...options, env, storage: await t.tmp(), flags: ['--exit'] })
  t.is(await r.ended, 3)
  const notices = r.stderr.split('\n').filter((line) => line.includes('nobody found yet'))
  t.is(notices.length, 1, r.stderr)
  t.ok(r.stderr.includes(`[reader] nobody found yet: ${why}`), r.stderr)
  const error = `[reader] error: nobody who has this log answered within 20 s: ${why}`
  t.ok(r.stderr.includes(error), r.stderr)
}

/** A key of no log. */
function keyOf(digit: string): string {
  return digit.repeat(64)
}

/** The key of a log whose writer was killed. */
async function keyOfGone(t: Test, bootstrap: Node[]): Promise<string> {
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const key = await w.key()
  const r = reader(t, key, { bootstrap, storage: await t.tmp() })
  await r.says('following the writer') // it is announced
  await r.stop(15)
  await w.stop(SIGKILL)
  return key
}

async function keyOfStranger(t: Test, bootstrap: Node[]): Promise<string> {
  const key = keyOf('5')
  await shareByName(t, bootstrap, key)
  return key
}

/** Somebody who knows the discovery key of a log alone. */
async function shareByName(t: Test, bootstrap: Node[], key: string): Promise<Hyperswarm> {
  const swarm = new Hyperswarm({ bootstrap })
  swarm.on('connection', (connection) => connection.on('error', () => {}))
  t.teardown(() => swarm.destroy())
  await swarm.join(Hypercore.discoveryKey(b4a.from(key, 'hex'))).flushed()
  return swarm
}

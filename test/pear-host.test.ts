import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { compiled, compiledFile } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { reader, run, writer } from '../lab/apps.js'
import { NOWHERE } from '../lab/network.js'

test('under Pear: args, storage and dht are what Pear says', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const dht = { bootstrap, nodes: [] }
  const w = pear(t, 'writer-app', { args: [], storage, dht })
  w.type('one\n')
  const key = await w.key()
  t.ok(fs.existsSync(path.join(storage, 'writer-storage', 'CORESTORE')))

  const r = pear(t, 'reader-app', { args: [key, '--from', '0'], storage: await t.tmp(), dht })
  await r.prints('Block 0: one\n')
  t.is(r.stdout, 'Skipping 0 earlier blocks...\nBlock 0: one\n')
})

test('under Pear: nodes that Pear knows are enough to enter the DHT', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const r = pear(t, 'reader-app', {
    args: [await w.key()],
    storage: await t.tmp(),
    dht: { bootstrap: NOWHERE, nodes: bootstrap }
  })
  await r.prints('Skipping 0')
  t.pass()
})

test('under Pear: flags win over what Pear says', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [storage, named] = [await t.tmp(), await t.tmp()]
  const { host, port } = bootstrap[0]!
  const w = pear(t, 'writer-app', {
    args: ['--storage', named, '--dht-bootstrap', `${host}:${port}`],
    storage,
    dht: { bootstrap: NOWHERE, nodes: [] }
  })
  w.type('one\n')
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await r.prints('one\n')
  t.alike(fs.readdirSync(storage), [])
})

test('under Pear: the command to follow a log works in the folder where the writer was started', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const dht = { bootstrap, nodes: [] }
  const dir = path.join(import.meta.dirname, '..', '..')
  for (const [cwd, app] of [
    [dir, 'reader-app'],
    [path.join(dir, 'writer-app'), '../reader-app']
  ] as const) {
    const w = pear(t, 'writer-app', { args: [], dev: true, dir, storage: await t.tmp(), dht }, cwd)
    await w.says(`to follow it: pear run --dev ${app} ${await w.key()}`)
  }
  const r = pear(
    t,
    'reader-app',
    { args: ['--help'], dev: true, dir, storage: null },
    `${dir}/reader-app`
  )
  await r.prints('pear run --dev . [flags]')
  t.pass()
})

for (const [name, signal, ended] of [
  ['Ctrl-C', 2, 2], // Pear passes the signal on when all is done
  ['SIGTERM', 15, 15],
  ['a closed terminal', 1, 129]
] as const) {
  test(`under Pear: ${name} commits, leaves and ends`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const storage = await t.tmp()
    const dht = { bootstrap, nodes: [] }
    const w = pear(t, 'writer-app', { args: [], storage, dht })
    const key = await w.key()
    const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
    w.type('one\nnot terminated')
    await r.prints('one\n')
    t.is(await w.stop(signal), ended)

    const again = pear(t, 'writer-app', { args: [], storage, dht })
    t.is(await again.key(), key)
    await r.prints('Block 1: not terminated\n')
  })
}

test('under Pear: wrong use has its exit code', async (t) => {
  const w = pear(t, 'writer-app', { args: ['--nonsense'], storage: await t.tmp() })
  t.is(await w.ended, 2)
  t.ok(w.stderr.includes('there is no flag "--nonsense"'))
  t.is(w.stdout, '')
})

function pear(t: Test, app: string, config: PearConfig, cwd = '.'): Program {
  const command = ['env', '-C', cwd, ...compiled('lab/pear-host')]
  return run(t, [...command, JSON.stringify(config), compiledFile(`${app}/index`)])
}

// Several logs in one storage folder, each by its name.
import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, writer, type AppOptions } from '../lab/apps.js'
import { FROM_START } from '../lab/commands.js'
import { NOWHERE, type Node } from '../lab/network.js'
import type { Program } from '../lab/program.js'

test('logs of two names are two logs, and each goes on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const web = await write(t, { bootstrap, storage, flags: ['--log', 'web.example-1'] }, 'one\n')
  const db = await write(t, { bootstrap, storage, flags: ['--log', 'db'] }, 'uno\n')
  const again = await write(t, { bootstrap, storage, flags: ['--log', 'db'] }, 'due\n')
  t.ok(web.stderr.includes('[writer] new log "web.example-1"\n'))
  t.ok(db.stderr.includes('[writer] new log "db"\n'))
  t.ok(again.stderr.includes('[writer] log "db" goes on at block 1\n'))
  t.is(await again.key(), await db.key())
  t.ok((await web.key()) !== (await db.key()))

  const up = writer(t, { bootstrap, storage, flags: ['--log', 'db'] })
  const copy = reader(t, await up.key(), {
    bootstrap,
    storage,
    flags: [...FROM_START, '--exit']
  })
  t.is(await copy.ended, 0)
  t.is(copy.stdout, 'uno\ndue\n')
})

test('two named logs are written at the same time', async (t) => {
  const storage = await t.tmp()
  const names = ['a', 'b'] as const
  const writers = names.map((name) =>
    writer(t, { bootstrap: NOWHERE, storage, flags: ['--log', name] })
  )
  const keys = await Promise.all(writers.map((w) => w.key()))
  t.ok(keys[0] !== keys[1])
})

test('the log without a name is the one of 0.1.0, and is called default', async (t) => {
  const storage = await t.tmp()
  const unnamed = await write(t, { bootstrap: NOWHERE, storage }, 'one\n')
  t.ok(unnamed.stderr.includes('[writer] new log "default"\n'))
  t.alike(fs.readdirSync(storage), ['writer-storage'])
  const named = await write(t, { bootstrap: NOWHERE, storage, flags: ['--log', 'default'] }, '')
  t.is(await named.key(), await unnamed.key())
  t.ok(named.stderr.includes('[writer] log "default" goes on at block 1\n'))
})

test('a named log moves to another name', async (t) => {
  const storage = await t.tmp()
  const first = await write(t, { bootstrap: NOWHERE, storage, flags: ['--log', 'old'] }, 'one\n')
  const end = writer(t, { bootstrap: NOWHERE, storage, flags: ['--log', 'old', '--export'] })
  t.is(await end.ended, 0)
  const from = path.join(storage, 'writer-storage-old')
  const flags = ['--log', 'new', '--import', from]
  const second = await write(t, { bootstrap: NOWHERE, storage, flags }, 'two\n')
  t.is(await second.key(), await first.key())
  t.ok(second.stderr.includes('log "new" goes on at block 1\n'))
})

for (const name of [
  '',
  '.',
  '..',
  '../up',
  'a/b',
  'a\\b',
  '/etc/passwd',
  'Web',
  'web ',
  'a b',
  '-web',
  'web.',
  'wäb',
  'a\nb',
  'web~part',
  'a'.repeat(41),
  'f'.repeat(64)
]) {
  test(`a log cannot be named ${JSON.stringify(name)}`, async (t) => {
    const storage = path.join(await t.tmp(), 'none')
    const wrong = writer(t, { bootstrap: NOWHERE, storage, flags: [`--log=${name}`] })
    t.is(await wrong.ended, 2)
    t.is(wrong.stdout, '')
    t.ok(/^\[writer\] error: --log (takes a name|<name> needs a value).*\n$/.test(wrong.stderr))
    t.absent(fs.existsSync(storage), 'nothing was made')
  })
}

// A run of the writer with `text` for its input.
async function write(
  t: Test,
  { flags = [], ...options }: AppOptions & { bootstrap: Node[] },
  text: string
): Promise<Program> {
  const w = writer(t, { ...options, flags: [...flags, '--until-sync', '0'] })
  w.type(text)
  w.endInput()
  t.is(await w.ended, 0, w.stderr)
  return w
}

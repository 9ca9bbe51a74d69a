// `pearlog update`, of scripts that stand in for the executable of 90 MB, and once of the executable itself.
import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { formatNodes, type Node } from '../lab/network.js'
import { buildExecutable } from '../tools/executable.js'
import { compiled } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { run } from '../lab/apps.js'
import { APP_FILE, Deployed } from '../lab/deploy.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const CTRL_C = 2
const KILL = 9
const CUT = 20 // blocks
const LARGE = 16_000_000 // bytes: more than CUT blocks, and what is on its way with them

const skip = spawnSync('sh', ['-c', 'mount -t tmpfs tmpfs /mnt && umount /mnt']).status !== 0

test('a newer executable takes the place of the old one', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { link } = await deploy(t, bootstrap, '0.2.0')
  const file = await install(t, '0.1.0')
  const link2 = path.join(await t.tmp(), 'pearlog')
  fs.symlinkSync(file, link2)

  const u = update(t, link2, link, bootstrap)
  t.is(await u.ended, 0)
  t.ok(u.stderr.includes('0.2.0'), u.stderr)
  t.is(u.stdout, '')
  t.is(answer(file), 'pearlog 0.2.0\n')
  t.ok(fs.lstatSync(link2).isSymbolicLink(), 'a link to it stays one')
  t.alike(fs.readdirSync(path.dirname(file)), ['pearlog'], 'and nothing is left behind')
})

for (const version of ['0.1.0', '0.0.9', '0.1.0-rc.1']) {
  test(`${version} is nothing new to 0.1.0`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const deployed = await deploy(t, bootstrap, version)
    const file = await install(t, '0.1.0')
    const u = update(t, file, deployed.link, bootstrap)
    t.is(await u.ended, 0)
    t.is(u.stderr, `[update] nothing new: this is 0.1.0, and the newest is ${version}\n`)
    t.is(deployed.sent, 1, 'package.json')
    stays(t, file)
  })
}

test('a link that nobody answers for', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const deployed = await deploy(t, bootstrap, '0.2.0')
  await deployed.leave()
  await fails(t, { bootstrap, link: deployed.link }, /nobody who has pear:\/\/\S+ is there: try/)
})

test('an executable without a link', async (t) => {
  await fails(t, { bootstrap: [], link: undefined }, /no link to newer ones/)
})

for (const [what, files, message] of [
  ['no version', { '/package.json': '{}' }, /there is no version of pearlog at/],
  ['no manifest', { [APP_FILE]: '' }, /there is no version of pearlog at/],
  ['nothing for this platform', { '/package.json': '{"version":"0.2.0"}' }, /there is none for/],
  [
    'another program',
    { '/package.json': '{"version":"0.2.0"}', [APP_FILE]: script('0.3.0') },
    /is not pearlog 0.2.0: this one stays/
  ],
  [
    'no program',
    { '/package.json': '{"version":"0.2.0"}', [APP_FILE]: '\x7fELF' },
    /is not pearlog 0.2.0: this one stays/
  ]
] as const) {
  test(`${what} where it should be`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const { link } = await Deployed.make(t, bootstrap, files)
    await fails(t, { bootstrap, link }, message)
  })
}

test('cut off in the middle: another one meanwhile goes without, and the next goes on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const deployed = await deploy(t, bootstrap, '0.2.0', LARGE)
  const file = await install(t, '0.1.0')
  const first = await cutOff(t, deployed, file, bootstrap)
  const second = update(t, file, deployed.link, bootstrap)
  t.is(await second.ended, 1)
  t.ok(/error: another pearlog update is at work in /.test(second.stderr), second.stderr)
  t.is(await first.ended, 1)
  t.ok(/error: nobody sends more of it: run pearlog update again/.test(first.stderr), first.stderr)
  await goesOn(t, deployed, file, bootstrap)
})

for (const [what, signal, ended] of [
  ['Ctrl-C', CTRL_C, 130],
  ['a kill', KILL, KILL]
] as const) {
  test(`${what} in the middle: the old one stays, and the next goes on`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const deployed = await deploy(t, bootstrap, '0.2.0', LARGE)
    const file = await install(t, '0.1.0')
    const u = await cutOff(t, deployed, file, bootstrap)
    t.is(await u.stop(signal), ended)
    t.is(answer(file), 'pearlog 0.1.0\n')
    await goesOn(t, deployed, file, bootstrap)
  })
}

test('a disk without room, or one that cannot be written', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const { link } = await deploy(t, bootstrap, '0.2.0', LARGE)
  const disk = await t.tmp()
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk])
  t.teardown(() => spawnSync('umount', [disk]), { order: 1 })
  await fails(t, { bootstrap, link, disk }, /cannot write to \S+ \(ENOSPC\): make room there/)
  spawnSync('mount', ['-o', 'remount,ro', disk])
  await fails(t, { bootstrap, link, disk }, /cannot write to \S+ \(EROFS\): make room there/)
})

test('the executable itself, while it runs', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const nodes = formatNodes(bootstrap)
  const built = buildExecutable(`${Bare.platform}-${Bare.arch}`, path.join(await t.tmp(), 'out'))
  const deployed = await Deployed.make(t, bootstrap, {
    '/package.json': '{"version":"9.9.9"}',
    [APP_FILE]: withManifest(built, { version: '9.9.9' })
  })
  const [home, folder] = [await t.tmp(), await t.tmp()]
  const file = path.join(folder, 'pearlog')
  const { link } = deployed
  fs.writeFileSync(file, withManifest(built, { version: '0.0.1', upgrade: link }), { mode: 0o755 })
  const pearlog = (...args: string[]): Program => run(t, [file, ...args], { env: { HOME: home } })
  const start = (command: string, ...args: string[]): Program =>
    pearlog(command, '--dht-bootstrap', nodes, ...args)

  const before = pearlog('--version')
  t.is(await before.ended, 0)
  t.ok(before.stdout.endsWith(`updated by pearlog update from ${link}\n`), before.stdout)
  const w = start('write', '--storage', path.join(home, 'logs'))
  const key = await w.key()
  t.is(deployed.sent, 0, 'a normal run looks for nothing')
  const u = start('update')
  t.is(await u.ended, 0, u.stderr)
  const after = pearlog('--version')
  t.is(await after.ended, 0)
  t.ok(after.stdout.startsWith('pearlog 9.9.9\n'))
  t.alike(fs.readdirSync(folder), ['pearlog'])

  w.type('the old one runs on\n')
  const r = start(
    'read',
    '--storage',
    path.join(home, 'copies'),
    '--from',
    '0',
    '--count',
    '1',
    key
  )
  await r.prints('the old one runs on\n')
  t.is(await r.ended, 0)
})

// The executable with another manifest in it, of the same length.
function withManifest(file: string, changes: Record<string, string>): Uint8Array {
  const bytes = fs.readFileSync(file) as Buffer
  const manifest = fs.readFileSync(path.join(ROOT, 'package.json')) as Buffer
  const was = JSON.parse(String(manifest)) as object
  const is = JSON.stringify({ ...was, devDependencies: undefined, ...changes })
  bytes.write(is.padEnd(manifest.byteLength), bytes.indexOf(manifest))
  return bytes
}

function script(version: string): string {
  return `#!/bin/sh\necho pearlog ${version}\nexit\n`
}

// Large enough to be cut off in the middle, where wanted.
function deploy(t: Test, bootstrap: Node[], version: string, size = 0): Promise<Deployed> {
  return Deployed.make(t, bootstrap, {
    '/package.json': JSON.stringify({ version }),
    [APP_FILE]: script(version).padEnd(size, 'x')
  })
}

async function install(t: Test, version: string, folder?: string): Promise<string> {
  const file = path.join(folder ?? (await t.tmp()), 'pearlog')
  if (!fs.existsSync(file)) fs.writeFileSync(file, script(version), { mode: 0o755 })
  return file
}

function answer(file: string): string {
  return String(spawnSync(file, ['--version']).stdout)
}

function update(t: Test, file: string, upgrade: string | undefined, bootstrap: Node[]): Program {
  const UPDATE = JSON.stringify({ file, version: '0.1.0', upgrade })
  const nodes = bootstrap.length > 0 ? ['--dht-bootstrap', formatNodes(bootstrap)] : []
  return run(t, [...compiled('lab/update'), 'update', ...nodes], { env: { UPDATE } })
}

interface Case {
  bootstrap: Node[]
  link: string | undefined
  disk?: string
}

async function fails(t: Test, { bootstrap, link, disk }: Case, message: RegExp): Promise<void> {
  const file = await install(t, '0.1.0', disk)
  const u = update(t, file, link, bootstrap)
  t.is(await u.ended, 1)
  const errors = u.stderr.split('\n').filter((line) => line.includes('error'))
  t.is(errors.length, 1, 'one line')
  t.ok(message.test(errors[0]!), errors[0])
  stays(t, file)
}

function stays(t: Test, file: string): void {
  t.is(answer(file), 'pearlog 0.1.0\n', 'the old one runs')
  t.alike(fs.readdirSync(path.dirname(file)), ['pearlog'], 'and nothing is left behind')
}

// In the middle of the download, with nobody left who has more of it.
async function cutOff(
  t: Test,
  deployed: Deployed,
  file: string,
  bootstrap: Node[]
): Promise<Program> {
  const cut = new Promise<void>((resolve) => {
    deployed.onsent = () => {
      if (deployed.sent === CUT) void deployed.leave().then(resolve)
    }
  })
  const u = update(t, file, deployed.link, bootstrap)
  await cut
  return u
}

async function goesOn(t: Test, deployed: Deployed, file: string, bootstrap: Node[]): Promise<void> {
  const before = deployed.sent
  deployed.share()
  const u = update(t, file, deployed.link, bootstrap)
  t.is(await u.ended, 0)
  t.is(answer(file), 'pearlog 0.2.0\n')
  t.comment(`${before} blocks, then ${deployed.sent - before}`)
  t.alike(fs.readdirSync(path.dirname(file)), ['pearlog'])
}

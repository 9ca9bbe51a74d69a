import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import Hypercore from 'hypercore'
import { encode } from 'hypercore-id-encoding'
import test, { type Test } from 'brittle'
import { formatNodes, NOWHERE } from '../lab/network.js'
import { appCommand } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { reader, run, writer } from '../lab/apps.js'
import { common } from '../shared/host/definitions.js'

const KEY = 'a'.repeat(64)

const z32 = encode(b4a.alloc(32, 1))

for (const [what, app, args, message] of [
  ['no key', 'reader', [], /<key> is missing/],
  ['a key that is too short', 'reader', ['abc'], /not a key: .* this has 3 characters/],
  ['a key with a digit too many', 'reader', [`${KEY}a`], /not a key: .* this has 65 characters/],
  ['a key with a wrong letter', 'reader', [`g${KEY.slice(1)}`], /not a key: .* do not belong/],
  ['a z-base-32 key with a wrong letter', 'reader', [`l${z32.slice(1)}`], /not a key: .* do not/],
  ['a z-base-32 key with a slip at its end', 'reader', [`${z32.slice(0, -1)}b`], /the end of this/],
  ['an empty key', 'reader', [''], /an argument is empty/],
  ['two keys', 'reader', [KEY, KEY], /several logs need names/],
  ['an argument to the writer', 'writer', ['file.txt'], /one argument too many: "file.txt"/],
  [
    'an unknown flag',
    'reader',
    [KEY, '--frm', '3'],
    /there is no flag "--frm", did you mean --from\?/
  ],
  ['an unknown short flag', 'writer', ['-x'], /there is no flag "-x"/],
  [
    '--from with a negative number',
    'reader',
    [KEY, '--from', '-1'],
    /--from takes a whole number .* "-1"/
  ],
  ['--from= with a negative number', 'reader', [KEY, '--from=-1'], /--from takes a whole number/],
  ['--from with text', 'reader', [KEY, '--from', 'here'], /--from takes a whole number .* "here"/],
  ['--from with a fraction', 'reader', [KEY, '--from', '1.5'], /--from takes a whole number/],
  [
    '--from with more than can be counted',
    'reader',
    [KEY, '--from', '9'.repeat(20)],
    /--from takes/
  ],
  ['--from without a number', 'reader', [KEY, '--from'], /--from <n> needs a value/],
  ['--tail with text', 'reader', [KEY, '--tail', 'all'], /--tail takes a whole number .* "all"/],
  ['--tail without a number', 'reader', [KEY, '--tail'], /--tail <n> needs a value/],
  ['--count with text', 'reader', [KEY, '--count', '1e3'], /--count takes a whole number .* "1e3"/],
  ['--from with --tail', 'reader', [KEY, '--from', '0', '--tail', '1'], /choose one of --from and/],
  ['--raw with --json', 'reader', [KEY, '--raw', '--json'], /choose one of --raw and --json/],
  ['--json with a value', 'reader', [KEY, '--json=1'], /--json takes no value/],
  ['--exit with a value', 'reader', [KEY, '--exit=1'], /--exit takes no value/],
  [
    '--until-sync with text',
    'writer',
    ['--until-sync', 'all'],
    /--until-sync takes a whole number/
  ],
  ['--until-sync without a number', 'writer', ['--until-sync'], /--until-sync <n> needs a value/],
  ['--binary with a value', 'writer', ['--binary=1'], /--binary takes no value/],
  ["the reader's flag to the writer", 'writer', ['--raw'], /there is no flag "--raw" \(see/],
  ['--raw with a value', 'reader', [KEY, '--raw=1'], /--raw takes no value/],
  ['--storage without a folder', 'writer', ['--storage'], /--storage <dir> needs a value/],
  ['--until-sync blind alone', 'writer', ['--until-sync', 'blind'], /goes with --blind-peer/],
  ['a wrong --blind-peer', 'writer', ['--blind-peer', 'abc'], /--blind-peer takes the public key/],
  ['two keys as --blind-peer', 'writer', ['--blind-peer', KEY + KEY], /takes the public key/],
  [
    'a wrong --relay',
    'reader',
    [KEY, '--relay', `g${KEY.slice(1)}`],
    /--relay takes the public key/
  ],
  ['the log as --blind-peer', 'reader', [KEY, '--blind-peer', KEY], /this is the key of the log/],
  ['the log as --relay', 'reader', [KEY, '--relay', KEY], /this is the key of the log/],
  ['--dht-bootstrap without a port', 'writer', ['--dht-bootstrap', 'here'], /takes host:port/],
  ['-n 5, as of tail,', 'reader', [KEY, '-n', '5'], /"-n": for the last lines, use --tail 5 \(see/],
  ['-n5', 'reader', ['-n5', KEY], /use --tail 5 \(see/],
  ['-5', 'reader', [KEY, '-5'], /use --tail 5 \(see/],
  ['-20', 'reader', ['-20', KEY], /use --tail 20 \(see/],
  ['--lines=5', 'reader', [KEY, '--lines=5'], /use --tail 5 \(see/],
  ['-n without a number', 'reader', [KEY, '-n'], /use --tail <n> \(see/],
  ['-n +5', 'reader', [KEY, '-n', '+5'], /to start at a block, use --from <n>/],
  ['-f', 'reader', ['-f', KEY], /"-f": following is the default \(see/],
  ['-fn5', 'reader', [KEY, '-fn5'], /use --tail 5 \(see/],
  ['--follow=name', 'reader', [KEY, '--follow=name'], /following is the default/],
  ['-n to the writer', 'writer', ['-n', '5'], /there is no flag "-n" \(see/],
  ['an IPv6 node', 'writer', ['--dht-bootstrap', 'a:1, [::1]:2'], /IPv4 .* not "\[::1\]:2"/],
  ['a bare IPv6 node', 'writer', ['--dht-bootstrap', 'fe80::1:2'], /takes IPv4 addresses/],
  ['a node missing after a comma', 'writer', ['--dht-bootstrap', 'a:1,'], /takes host:port/],
  ['--dht-bootstrap with port 0', 'writer', ['--dht-bootstrap', 'here:0'], /takes host:port/]
] as const) {
  test(`${what} is refused`, async (t) => {
    const storage = path.join(await t.tmp(), 'none')
    const wrong = run(t, [...appCommand(app), ...args], {
      env: { XDG_DATA_HOME: storage }
    })
    t.is(await wrong.ended, 2)
    t.is(wrong.stdout, '')
    oneSentence(t, wrong, message)
    t.absent(fs.existsSync(storage), 'nothing was made')
  })
}

test('--help and --version answer on standard output, key or no key', async (t) => {
  for (const app of ['writer', 'reader'] as const) {
    const command = appCommand(app)
    const help = run(t, [...command, '--help'])
    t.is(await help.ended, 0)
    t.ok(help.stdout.includes(`${path.basename(command.at(-1)!)} [flags]`), 'as it was started')
    const version = run(t, [...command, '--version'])
    t.is(await version.ended, 0)
    t.ok(/^pearlog \d+\.\d+\.\d+\n$/.test(version.stdout))
    t.is(help.stderr + version.stderr, '')
  }
})

test('blanks around the nodes of --dht-bootstrap are of no account', (t) => {
  t.alike(common.dhtBootstrap.read(' a:1, b:2 ,\tc:3'), [
    { host: 'a', port: 1 },
    { host: 'b', port: 2 },
    { host: 'c', port: 3 }
  ])
})

test('--quiet leaves errors alone on standard error', async (t) => {
  const storage = await t.tmp()
  const quiet = writer(t, { bootstrap: NOWHERE, storage, flags: ['--quiet'] })
  await quiet.key()
  const second = writer(t, { bootstrap: NOWHERE, storage, flags: ['--quiet'] })
  t.is(await second.ended, 1)
  oneSentence(t, second, /in use by another pearlog/)
  await quiet.stop(15)
  t.is(quiet.stderr, '')
})

test('--from past the end waits, and says so', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('zero\n')
  const key = await w.key()
  const follow = async (from: string) =>
    reader(t, key, { bootstrap, storage: await t.tmp(), flags: ['--from', from] })
  const all = await follow('0')
  const late = await follow('2')
  await late.says("the log's length is 1; waiting for block 2")
  for (const [i, line] of ['one\n', 'two\n'].entries()) {
    w.type(line)
    await all.prints(`Block ${i + 1}: ${line}`)
  }
  await late.prints('two\n')
  t.is(late.stdout, 'Skipping 2 earlier blocks...\nBlock 2: two\n')
})

test('storage that is in use is refused', async (t) => {
  const storage = await t.tmp()
  const first = writer(t, { bootstrap: NOWHERE, storage })
  await first.key()
  const second = writer(t, { bootstrap: NOWHERE, storage })
  t.is(await second.ended, 1)
  t.is(second.stdout, '')
  oneSentence(t, second, /in use by another pearlog/)
})

test('storage that was copied is refused', async (t) => {
  const storage = await t.tmp()
  const first = writer(t, { bootstrap: NOWHERE, storage })
  await first.key()
  await first.stop(15)

  const copy = await t.tmp()
  fs.cpSync(storage, copy, { recursive: true })
  const second = writer(t, { bootstrap: NOWHERE, storage: copy })
  t.is(await second.ended, 1)
  t.is(second.stdout, '')
  oneSentence(t, second, /copied or moved here from another place.*--only-copy/)
})

test('storage that cannot be written is refused', async (t) => {
  const file = path.join(await t.tmp(), 'file')
  fs.writeFileSync(file, 'a file, not a folder')
  for (const app of [
    writer(t, { bootstrap: NOWHERE, storage: file }),
    reader(t, KEY, { bootstrap: NOWHERE, storage: file })
  ]) {
    t.is(await app.ended, 1)
    t.is(app.stdout, '')
    oneSentence(
      t,
      app,
      /cannot write to the folder .*file.*: not a directory \(ENOTDIR\); make it writable/
    )
  }
})

test('a writer-storage that holds the copy of a log is refused', async (t) => {
  const storage = await t.tmp()
  const copy = new Hypercore(path.join(storage, 'writer-storage'), b4a.from(KEY, 'hex'))
  await copy.ready()
  await copy.close()
  const w = writer(t, { bootstrap: NOWHERE, storage })
  t.is(await w.ended, 1)
  t.is(w.stdout, '')
  oneSentence(t, w, /was written elsewhere, and only its copy is here/)
})

test("a --storage that is a log's own folder is refused", async (t) => {
  const storage = await t.tmp()
  const w = writer(t, { bootstrap: NOWHERE, storage })
  const key = await w.key()
  const own = path.join(storage, 'writer-storage')
  const r = reader(t, key, { bootstrap: NOWHERE, storage: own })
  t.is(await r.ended, 2)
  t.is(r.stdout, '')
  oneSentence(t, r, /is a log itself: --storage takes the folder that holds the logs/)
})

test('a folder that others can write to is refused', async (t) => {
  const storage = await t.tmp()
  const first = writer(t, { bootstrap: NOWHERE, storage })
  const key = await first.key()
  await first.stop(15)
  fs.chmodSync(path.join(storage, 'writer-storage'), 0o720)
  const second = writer(t, { bootstrap: NOWHERE, storage })
  t.is(await second.ended, 1)
  t.is(second.stdout, '')
  oneSentence(t, second, /others can write to the folder .*writer-storage: .* chmod go-w/)
  fs.chmodSync(path.join(storage, 'writer-storage'), 0o700)
  t.is(await writer(t, { bootstrap: NOWHERE, storage }).key(), key)
})

test('writer and reader share a --storage', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const w = writer(t, { bootstrap, storage })
  const r = reader(t, await w.key(), { bootstrap, storage, flags: ['--from', '0'] })
  w.type('hello\n')
  await r.prints('Block 0: hello\n')
  t.pass()
})

test('the folders are readable by their owner alone', async (t) => {
  const storage = path.join(await t.tmp(), 'new')
  const w = writer(t, { bootstrap: NOWHERE, storage })
  await w.key()
  for (const dir of [storage, path.join(storage, 'writer-storage')]) {
    t.is(fs.statSync(dir).mode & 0o777, 0o700)
  }
})

test('a standard output that is closed is told before anything is made', async (t) => {
  for (const app of ['writer', 'reader'] as const) {
    const storage = path.join(await t.tmp(), 'none')
    const args = app === 'reader' ? [KEY] : []
    const command = [...appCommand(app), ...args, '--storage', storage]
    const program = run(t, ['sh', '-c', '"$@" >&-', 'sh', ...command])
    t.is(await program.ended, 1)
    t.is(program.stdout, '')
    t.is(
      program.stderr,
      `[${app}] error: standard output is closed: send it to /dev/null instead\n`
    )
    t.absent(fs.existsSync(storage))
  }
})

test('a standard error that is closed is as /dev/null', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const nodes = ['--dht-bootstrap', formatNodes(bootstrap)]
  const quiet = ['sh', '-c', 'exec "$@" 2>&-', 'sh']
  const w = run(t, [...quiet, ...appCommand('writer'), '--storage', await t.tmp(), ...nodes])
  w.type('one\n')
  const key = await w.key()
  const command = [...appCommand('reader'), key, '--storage', await t.tmp(), ...nodes]
  const r = run(t, [...quiet, ...command, '--from', '0'])
  await r.prints('Block 0: one\n')
  t.is(await r.stop(15), 143)
  t.is(await w.stop(15), 143)
  t.is(w.stderr + r.stderr, '')
})

test('a full standard output is an error for whatever goes there', async (t) => {
  const storage = await t.tmp()
  for (const args of [['--help'], ['--version'], ['--until-sync', '0', '--storage', storage]]) {
    const flags = [...args, '--dht-bootstrap', formatNodes(NOWHERE)]
    const full = ['sh', '-c', 'exec "$@" > /dev/full', 'sh', ...appCommand('writer'), ...flags]
    const w = run(t, full)
    w.type('hi\n')
    w.endInput()
    t.is(await w.ended, 1)
    oneSentence(t, w, /standard output: no space left on device \(ENOSPC\)/)
  }
})

for (const flags of [[], ['--raw'], ['--json']]) {
  const title = ['output', ...flags].join(' ')
  for (const [where, redirect, code, error] of [
    [
      'that is full is an error',
      '> /dev/full',
      1,
      /error: cannot write to standard output: no space left on device \(ENOSPC\)\n/
    ],
    ['that nobody takes ends it', '| head -c 1', 0, null]
  ] as const) {
    test(`${title} ${where}`, async (t) => {
      const { bootstrap } = await createTestnet(10, t)
      const w = writer(t, { bootstrap, storage: await t.tmp() })
      w.type('one\n'.repeat(100_000))
      const nodes = formatNodes(bootstrap)
      const script = `{ "$@"; echo "code $?" >&2; } ${redirect}`
      const command = ['sh', '-c', script, 'sh', ...appCommand('reader'), await w.key()]
      const options = ['--storage', await t.tmp(), '--dht-bootstrap', nodes]
      const r = run(t, [...command, '--from', '0', ...flags, ...options])
      w.type('two\n')
      await r.says('code')
      t.ok(r.stderr.endsWith(`code ${code}\n`), r.stderr)
      if (error) t.ok(error.test(r.stderr))
      else t.absent(r.stderr.includes('error'))
    })
  }
}

test('a closed output ends a reader quietly', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const r = reader(t, await w.key(), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  w.type('one\n')
  await r.prints('Block 0: one\n')
  r.process.stdout!.destroy()
  w.type('two\n')
  t.is(await r.ended, 0)
  t.absent(r.stderr.includes('error'))
})

function oneSentence(t: Test, app: Program, message: RegExp): void {
  const errors = app.stderr.split('\n').filter((line) => line.includes('error'))
  t.is(errors.length, 1, 'one line')
  t.ok(message.test(errors[0] ?? ''), errors[0])
  t.absent(/^\s+at /m.test(app.stderr), 'no stack trace')
}

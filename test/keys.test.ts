// Where a reader's key comes from, and the names that keys have.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import { decode, encode } from 'hypercore-id-encoding'
import test, { type Test } from 'brittle'
import { run, writer, type RunOptions } from '../lab/apps.js'
import { appCommand, commandLine, FROM_START } from '../lab/commands.js'
import { NOWHERE, type Node } from '../lab/network.js'
import type { Program } from '../lab/program.js'

const [KEY, OTHER] = ['a'.repeat(64), 'b'.repeat(64)]
const ALL = [...FROM_START, '--exit']

test('a key comes in any form, from any place', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap)
  const z32 = encode(decode(key))
  const file = path.join(await t.tmp(), 'key')
  fs.writeFileSync(file, `  pear://${z32} \n\n`)
  for (const [args, options, text] of [
    [[key.toUpperCase()]],
    [[`  ${key}\t`]],
    [[`pear://${z32}`]],
    [[`pear://${key}/`]],
    [['--key-file', file]],
    [[], { env: { PEARLOG_KEY: `${z32}\n` } }],
    [[key], { env: { PEARLOG_KEY: 'not looked at' } }],
    [['-'], {}, `${key}\nand more\n`],
    [['-'], {}, key],
    [['-'], { input: file }]
  ] as [string[], RunOptions?, string?][]) {
    const r = read(t, args, await t.tmp(), bootstrap, options)
    if (text !== undefined) r.type(text)
    if (text === key) r.endInput()
    t.is(await r.ended, 0, r.stderr)
    t.is(r.stdout, 'hello\n', args.join(' '))
  }
})

test('a key in a pipe, which a shell names as a file', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap)
  const setting = { bootstrap, storage: await t.tmp(), flags: ALL }
  const script = '"$@" --key-file <(sleep 0.1; echo "$KEY")'
  const command = ['bash', '-c', script, 'bash', ...commandLine('reader', [], setting)]
  const r = run(t, command, { env: { KEY: key } })
  t.is(await r.ended, 0, r.stderr)
  t.is(r.stdout, 'hello\n')
})

test('a key has a name from the first time on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap)
  const storage = await t.tmp()
  for (const arg of [`web=${key}`, 'web', `web=${encode(decode(key))}`]) {
    const r = read(t, [arg], storage, bootstrap)
    t.is(await r.ended, 0, r.stderr)
    t.is(r.stdout, 'hello\n')
  }
  const names = path.join(storage, 'names')
  t.is(fs.readFileSync(names, 'utf8'), `web ${encode(decode(key))}\n`)
  t.is(fs.statSync(names).mode & 0o777, 0o600)

  const piped = read(t, ['db=-'], await t.tmp(), bootstrap)
  piped.type(`${key}\n`)
  t.is(await piped.ended, 0, piped.stderr)

  const list = run(t, [...appCommand('writer'), '--list', '--storage', storage])
  t.is(await list.ended, 0)
  t.ok(list.stdout.startsWith(`reader  web  ${encode(decode(key))}  `), list.stdout)
})

test('a name has one key, and a key one name', async (t) => {
  const storage = await t.tmp()
  const names = path.join(storage, 'names')
  const line = `web ${encode(decode(KEY))}\n`
  fs.writeFileSync(names, line)
  for (const [arg, message] of [
    [`web=${OTHER}`, /"web" is the name of another log here: choose another name, or remove its/],
    [`other=${KEY}`, /this log has a name here, "web": use that one/]
  ] as const) {
    const r = read(t, [arg], storage, NOWHERE)
    t.is(await r.ended, 2)
    oneSentence(t, r, message)
  }
  t.is(fs.readFileSync(names, 'utf8'), line)
  t.alike(fs.readdirSync(storage), ['names'])
})

test('lines of the names that say something else stay, and hurt nobody', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const key = await serve(t, bootstrap)
  const z32 = encode(decode(key))
  const storage = await t.tmp()
  const names = path.join(storage, 'names')
  const damaged = b4a.concat([
    b4a.from('# mine\nUP '),
    b4a.from([0xff, 0x00, 0x0a]),
    b4a.from(`cut ${z32.slice(0, 20)}`)
  ])
  fs.writeFileSync(names, damaged)
  t.is(await read(t, [`cut=${key}`], storage, bootstrap).ended, 0)
  const after = b4a.concat([damaged, b4a.from(`\ncut ${z32}\n`)])
  t.alike(fs.readFileSync(names, 'hex'), b4a.toString(after, 'hex'), 'a line is added')
  t.is(await read(t, ['cut'], storage, bootstrap).ended, 0)
})

for (const what of ['a folder', 'huge'] as const) {
  test(`names that are ${what} are made anew, and put aside`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const storage = await t.tmp()
    const names = path.join(storage, 'names')
    if (what === 'huge') fs.writeFileSync(names, ' '.repeat(2 * 1024 * 1024))
    else fs.mkdirSync(names)
    const w = writer(t, { bootstrap, storage: await t.tmp() })
    const key = await w.key()
    t.is(await read(t, ['web'], storage, NOWHERE).ended, 2, 'none is known')
    t.is(await read(t, [`web=${key}`], storage, bootstrap).ended, 0)
    t.is(await read(t, ['web'], storage, bootstrap).ended, 0)
    t.ok(fs.readdirSync(storage).some((name) => name.startsWith('names.damaged-')))
  })
}

for (const [what, args, message, options] of [
  ['a name that nobody gave', ['web'], /there is no log of this name here, and it is not a key/],
  ['a name that looks like a key', [`${KEY}=${OTHER}`], /the name before "=" is none: a name has/],
  ['a name that is a path', [`../web=${KEY}`], /the name before "=" is none/],
  ['no name', [`=${KEY}`], /the name before "=" is none/],
  ['a name without a key', ['web='], /not a key: .* this has 0 characters/],
  ['a name with a wrong key', ['web=abc'], /not a key: .* this has 3 characters/],
  ['a key with two secrets', [KEY + OTHER + OTHER], /not a key: .* this has 192 characters/],
  ['a secret with a slip', [KEY + OTHER.slice(1)], /not a key: .* this has 127 characters/],
  ['a secret in other letters', [KEY + encode(decode(OTHER))], /not a key: .* 116 characters/],
  [
    'the key of a log for that of a blind peer',
    [KEY, '--blind-peer', KEY],
    /--blind-peer takes the key of a peer, and this is the key of the log: give/
  ],
  [
    'the secret of a log for the key of a relay',
    [KEY + OTHER, '--relay', OTHER],
    /--relay takes the key of a peer, and this is the key of the log/
  ],
  [
    'a whole key for that of a blind peer',
    [KEY, '--blind-peer', KEY + OTHER],
    /--blind-peer takes the public key of a peer, .* and this is not one/
  ],
  ['a key and a file', [KEY, '--key-file', 'x'], /choose one of --key-file and a key/],
  ['--key-file without a file', ['--key-file'], /--key-file <file> needs a value/],
  [
    'a file that is not there',
    ['--key-file', '/none/key'],
    /read --key-file "\/none\/key" \(ENOENT/
  ],
  ['a file that is a folder', ['--key-file', '/'], /cannot read --key-file "\/" \(EISDIR\)/],
  ['a file without an end', ['--key-file', '/dev/zero'], /"\/dev\/zero" has more in it than a key/],
  ['a file that is empty', ['--key-file', '/dev/null'], /"\/dev\/null" is not a key: .* 0 char/],
  [
    'a variable with a slip',
    [],
    /PEARLOG_KEY is not a key: .* 63/,
    { env: { PEARLOG_KEY: KEY.slice(1) } }
  ],
  ['a variable that is empty', [], /<key> is missing: give the key/, { env: { PEARLOG_KEY: '' } }],
  [
    'an input that is empty',
    ['-'],
    /standard input is not a key: .* 0 char/,
    { input: '/dev/null' }
  ],
  [
    'an input without an end',
    ['-'],
    /standard input has more in it than a key/,
    { pipe: 'cat /dev/zero' }
  ]
] as [string, string[], RegExp, RunOptions?][]) {
  test(`${what}: one sentence, and nothing is made`, async (t) => {
    const storage = path.join(await t.tmp(), 'none')
    const r = read(t, args, storage, NOWHERE, options)
    t.is(await r.ended, 2)
    oneSentence(t, r, message)
    t.absent(fs.existsSync(storage))
    t.absent(r.stderr.includes('a'.repeat(50)), 'no key is repeated')
  })
}

test('--list takes no key', async (t) => {
  for (const [args, message] of [
    [[KEY], /--list takes no key/],
    [['--key-file', 'x'], /choose one of --list and --key-file/]
  ] as const) {
    const r = run(t, [...appCommand('reader'), '--list', ...args])
    t.is(await r.ended, 2)
    oneSentence(t, r, message)
  }
})

test('a file with bytes that are no text is no key', async (t) => {
  const file = path.join(await t.tmp(), 'key')
  fs.writeFileSync(file, b4a.alloc(52, 0xff))
  const r = read(t, ['--key-file', file], await t.tmp(), NOWHERE)
  t.is(await r.ended, 2)
  oneSentence(t, r, /--key-file "\S+" is not a key: .* characters that do not belong there/)
})

// The key of a log that is served, with one line in it.
async function serve(t: Test, bootstrap: Node[]): Promise<string> {
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('hello\n')
  w.endInput()
  await w.says('all committed')
  return w.key()
}

function read(
  t: Test,
  args: string[],
  storage: string,
  bootstrap: Node[],
  options: RunOptions = {}
): Program {
  return run(t, commandLine('reader', args, { bootstrap, storage, flags: ALL }), options)
}

function oneSentence(t: Test, { stdout, stderr }: Program, message: RegExp): void {
  t.is(stdout, '')
  t.is(stderr.trim().split('\n').length, 1, stderr)
  t.ok(stderr.startsWith('[reader] error: ') && message.test(stderr), stderr)
}

// Where the secret of an encrypted log is, and where it is not: in nothing that is printed, listed or named.
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { encode } from 'hypercore-id-encoding'
import { run, writer, type RunOptions } from '../lab/apps.js'
import { blindPeer } from '../lab/blind-peers.js'
import { appCommand, commandLine } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { SIGTERM } from '../lab/signals.js'
import { formatZ32, parseKey, splitKey } from '../shared/log/key.js'

const SOME = 20 // characters or bytes that are looked for: a part of it is too much, too
const env = { DEBUG: '1' }

test('the secret is in no notice, error, list, status, path or command line', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const blind = await t.tmp()
  const { key: peer, server } = await blindPeer(t, bootstrap, blind)
  const ways = ['--blind-peer', peer]
  const stores = { writer: await t.tmp(), reader: await t.tmp(), mirror: await t.tmp() }
  const w = writer(t, { bootstrap, storage: stores.writer, env, flags: ['--encrypt', ...ways] })
  const key = await w.key()
  const forms = formsOf(key)
  w.type('one\n')
  await w.says('the blind peer keeps this log')

  const programs = new Map<string, Program>([
    ['writer', w],
    ['blind peer', server]
  ])
  const start = (what: string, args: string[], storage: string, options: RunOptions = {}) => {
    const program = run(t, commandLine('reader', args, { bootstrap, storage }), { env, ...options })
    programs.set(what, program)
    return program
  }
  const file = path.join(await t.tmp(), 'file')
  const [wrong, slip] = [key.slice(0, 64) + '0'.repeat(64), key.slice(0, -1)]
  fs.writeFileSync(file, `web ${formatZ32(parseKey(key))}\n`)
  const many = start('many', ['--logs', file, '--from', '0'], stores.reader)
  const mirror = start('mirror', ['--mirror', ...ways], stores.mirror, {
    env: { ...env, PEARLOG_KEY: key }
  })
  await many.prints('web | one\n')
  await mirror.says('holds all of the log')
  await many.stop(SIGTERM)
  const one = start('one', ['web', ...ways], stores.reader)
  await one.says('following ')
  for (const program of [w, many, mirror, one, server]) {
    const { pid } = program.process
    if (program.isOver || !fs.existsSync('/proc/self')) continue
    t.absent(isIn(fs.readFileSync(`/proc/${pid}/cmdline`) as Uint8Array, forms), 'nor in ps')
  }

  // What goes wrong.
  for (const [what, args, options, code] of [
    ['a slip', [slip], {}, 2],
    ['a slip in a file', ['--logs', await written(`web ${slip}\n`)], {}, 2],
    ['a slip in a variable', [], { env: { ...env, PEARLOG_KEY: slip } }, 2],
    ['a letter too many', [`web=${formatZ32(parseKey(key))}y`], {}, 2],
    ['two of them', [`web=${key}`, `db=${key}`], {}, 2],
    ['another log of this name', [`web=${'a'.repeat(64)}${key.slice(64)}`], {}, 2],
    [
      'a full disk',
      ['web', '--from', '0', '--exit'],
      { prefix: ['sh', '-c', 'exec "$@" > /dev/full', 'sh'] },
      1
    ]
  ] as [string, string[], RunOptions, number][]) {
    const program = start(what, args, stores.reader, { env, ...options })
    t.is(await program.ended, code, `${what}: ${program.stderr}`)
  }
  const again = writer(t, { bootstrap, storage: stores.writer, env })
  programs.set('a second writer', again)
  t.is(await again.ended, 1)
  const bad = start('a wrong one', [wrong, '--exit', ...ways], await t.tmp())
  t.is(await bad.ended, 2, bad.stderr)
  for (const [name, storage] of Object.entries(stores)) {
    for (const flags of [[], ['--json']]) {
      const list = run(t, [...appCommand('reader'), '--list', '--storage', storage, ...flags], {
        env
      })
      programs.set(['the list of the', name, ...flags].join(' '), list)
      t.is(await list.ended, 0)
      t.ok(list.stdout.includes('encrypted'), list.stdout)
    }
  }
  for (const program of [one, mirror, w, server]) await program.stop(SIGTERM)

  async function written(text: string): Promise<string> {
    const other = path.join(await t.tmp(), 'file')
    fs.writeFileSync(other, text)
    return other
  }

  const command = /^.*to follow it: .*$/m // is for the writer's eyes, as its first line
  t.ok(isIn(b4a.from(command.exec(w.stderr)![0]), forms), 'the search finds it')
  t.ok(isIn(w.bytes, forms))
  for (const [what, { stdout, stderr }] of programs) {
    const said = what === 'writer' ? stderr.replace(command, '') : stdout + stderr
    t.absent(isIn(b4a.from(said), forms), `${what} does not say it`)
  }
  for (const [name, folder] of Object.entries({ ...stores, blind })) {
    const files = filesIn(folder)
    t.absent(isIn(b4a.from(files.join()), forms), `no path of the ${name} has it`)
    const holders = files.filter((each) =>
      isIn(fs.readFileSync(path.join(folder, each)) as Uint8Array, forms)
    )
    t.alike(holders, name === 'reader' ? ['names'] : [], `files of the ${name}`)
  }
})

// As hex, in upper case, too, as z-base-32, as bytes, and as a Buffer is printed.
function formsOf(key: string): Uint8Array[] {
  const secret = splitKey(parseKey(key)).secret!
  const part = secret.subarray(0, SOME)
  const hex = b4a.toString(secret, 'hex').slice(0, SOME)
  return [
    part,
    ...[
      hex,
      hex.toUpperCase(),
      encode(secret).slice(0, SOME),
      hex.replace(/..(?=.)/g, '$& '),
      [...part].join(),
      [...part].join(', ')
    ].map((text) => b4a.from(text))
  ]
}

function isIn(bytes: Uint8Array, forms: Uint8Array[]): boolean {
  return forms.some((form) => b4a.indexOf(bytes, form) !== -1)
}

function filesIn(folder: string): string[] {
  return fs.readdirSync(folder).flatMap((name) => {
    const stat = fs.lstatSync(path.join(folder, name))
    if (!stat.isDirectory()) return stat.isFile() ? [name] : []
    return filesIn(path.join(folder, name)).map((inside) => path.join(name, inside))
  })
}

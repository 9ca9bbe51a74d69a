// `pearlog`, under each name that starts it: npm's launcher, or with PEARLOG_COMMANDS what is in that folder.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { run } from '../lab/apps.js'
import { compiled } from '../lab/commands.js'
import { formatNodes, NOWHERE } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import { SIGTERM } from '../lab/signals.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const PEARLOG = path.join(process.env.PEARLOG_COMMANDS ?? path.join(ROOT, 'bin'), 'pearlog')
const SCREEN = 24 // lines
const UNTIL_EXAMPLES = /^(.*?) \[flags\](.*)\nExamples:/s

for (const [write, read] of [
  ['pearlog write', 'pearlog read'],
  ['pearlog-write', 'pearlog-read']
] as const) {
  test(`${write} is the writer, and says how to start the reader: ${read}`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const nodes = formatNodes(bootstrap)
    const shell = await makeShell(t)
    const w = shell(`${write} --dht-bootstrap ${nodes}`)
    w.type('one\n')
    const command = `${read} ${await w.key()} --dht-bootstrap ${nodes}`
    await w.says(`to follow it: ${command}\n`)
    const r = shell(`${command} --from 0 --raw --count 1`)
    t.is(await r.ended, 0)
    t.is(r.stdout, 'one\n')
  })

  test(`${write} and ${read} are the apps, with their flags`, async (t) => {
    const shell = await makeShell(t)
    for (const [command, app] of [
      [write, 'writer-app'],
      [read, 'reader-app']
    ] as const) {
      const help = shell(`${command} --help`)
      t.is(await help.ended, 0)
      const own = run(t, [...compiled(`${app}/index`), '--help'])
      t.is(await own.ended, 0)
      const [, name, text] = UNTIL_EXAMPLES.exec(help.stdout)!
      t.is(name, command)
      t.is(text, UNTIL_EXAMPLES.exec(own.stdout)![2])
    }
  })
}

test('pearlog goes on with what pearlog-write began', async (t) => {
  const shell = await makeShell(t)
  const keys = []
  for (const command of ['pearlog-write', 'pearlog write']) {
    const w = shell(`${command} --dht-bootstrap ${formatNodes(NOWHERE)}`)
    keys.push(await w.key())
    t.is(await w.stop(SIGTERM), 143)
  }
  t.is(keys[0], keys[1])
})

test('pearlog --help shows the commands in one screen', async (t) => {
  const help = (await makeShell(t))('pearlog --help')
  t.is(await help.ended, 0)
  t.is(help.stderr, '')
  t.ok(/Commands:\n +write .*\n +read .*\n +list .*\n +update /.test(help.stdout))
  t.ok(help.stdout.split('\n').length <= SCREEN)
})

test('pearlog --version says how it was installed', async (t) => {
  const version = (await makeShell(t))('pearlog --version')
  t.is(await version.ended, 0)
  t.ok(/^pearlog \d+\.\d+\.\d+\n(installed with npm|an executable, .*)\n$/.test(version.stdout))
})

test('pearlog update without a link says where a newer one comes from', async (t) => {
  const u = (await makeShell(t))('pearlog update')
  t.is(await u.ended, 1)
  t.is(u.stdout, '')
  t.ok(/^\[update\] error: .*: get the newest .*\n$/.test(u.stderr), u.stderr)
})

for (const [line, message] of [
  ['pearlog', 'which command? (see pearlog --help)'],
  ['pearlog raed', 'there is no command "raed", did you mean read? (see pearlog --help)'],
  ['pearlog 1 2', 'there is no command "1" (see pearlog --help)'],
  ['pearlog ""', 'an argument is empty (see pearlog --help)'],
  ['pearlog --quiet write', 'there is no flag "--quiet" (see pearlog --help)']
] as const) {
  test(`${line} is refused`, async (t) => {
    const wrong = (await makeShell(t))(line)
    t.is(await wrong.ended, 2)
    t.is(wrong.stdout, '')
    t.is(wrong.stderr, `[pearlog] error: ${message}\n`)
  })
}

test('pearlog read without a key is refused as the reader does it', async (t) => {
  const wrong = (await makeShell(t))('pearlog read')
  t.is(await wrong.ended, 2)
  t.is(
    wrong.stderr,
    '[reader] error: <key> is missing: give the key that the writer prints, or --key-file, or PEARLOG_KEY\n'
  )
})

// Runs a line with `pearlog` and its links on the PATH, and a home of their own.
async function makeShell(t: Test): Promise<(line: string) => Program> {
  const home = await t.tmp()
  const bin = path.join(home, 'bin')
  fs.mkdirSync(bin)
  for (const name of ['pearlog', 'pearlog-write', 'pearlog-read']) {
    fs.symlinkSync(PEARLOG, path.join(bin, name))
  }
  const env = { HOME: home, XDG_DATA_HOME: home, PATH: `${bin}:/usr/bin:/bin` }
  return (line) => run(t, ['sh', '-c', `exec ${line}`], { env })
}

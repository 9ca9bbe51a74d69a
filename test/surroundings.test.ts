// What surrounds a process: its user, folders, limits, signals.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import test, { type Test } from 'brittle'
import type { AppName } from '../shared/host/runtime.js'
import { reasonOf } from '../shared/log/errno.js'
import { storageFailure } from '../shared/storage/failures.js'
import { Clock } from '../lab/clock/clock.js'
import { appCommand } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { reader, run, writer } from '../lab/apps.js'
import { formatNodes, NOWHERE } from '../lab/network.js'

const KEY = 'a'.repeat(64)
const OFFLINE = ['--dht-bootstrap', formatNodes(NOWHERE)]
const ROOT = path.join(import.meta.dirname, '..', '..')
const LAUNCHER = path.join(ROOT, 'bin', 'pearlog')
const { SIGHUP = 1, SIGINT = 2, SIGTERM = 15 } = os.constants.signals

const STRANGER = ['setpriv', '--reuid', '54321', '--regid', '54321', '--clear-groups']
const NO_HOME = ['env', '-u', 'HOME', '-u', 'XDG_DATA_HOME', '-u', 'STATE_DIRECTORY']
const [bare] = appCommand('writer')
const asStranger = spawnSync('setpriv', [...STRANGER.slice(1), bare!, '--version']).status === 0
const skip = !asStranger

test('without a home --help works, and a start asks for --storage', { skip }, async (t) => {
  for (const [app, args] of [
    ['writer', []],
    ['reader', [KEY]]
  ] as const) {
    const command = [...STRANGER, ...NO_HOME, ...appCommand(app)]
    const help = run(t, [...command, '--help'])
    t.is(await help.ended, 0)
    const start = run(t, [...command, ...args, ...OFFLINE])
    t.is(await start.ended, 1)
    t.is(start.stdout, '')
    t.is(
      start.stderr,
      `[${app}] error: no home is known to keep the logs in: name a folder with --storage\n`
    )
  }
})

test(
  'without a home the log is where XDG_DATA_HOME or STATE_DIRECTORY says',
  { skip },
  async (t) => {
    for (const [name, below] of [
      ['XDG_DATA_HOME', 'pearlog/writer-storage'],
      ['STATE_DIRECTORY', 'writer-storage']
    ] as const) {
      const folder = await strangersFolder(t)
      const more = name === 'STATE_DIRECTORY' ? ':/var/lib/other' : ''
      const env = [...NO_HOME, `${name}=${folder}${more}`]
      await stopsAtOnce(t, [...STRANGER, ...env])
      t.ok(fs.existsSync(path.join(folder, below, 'db')), name)
    }
  }
)

test("the home of a user that has none, /, makes way for systemd's folder", async (t) => {
  const folder = await t.tmp()
  await stopsAtOnce(t, [...NO_HOME, 'HOME=/', `STATE_DIRECTORY=${folder}`])
  t.ok(fs.existsSync(path.join(folder, 'writer-storage', 'db')))
})

test('a home comes before the folder of systemd', async (t) => {
  const [home, state] = [await t.tmp(), await t.tmp()]
  await stopsAtOnce(t, [...NO_HOME, `HOME=${home}`, `STATE_DIRECTORY=${state}`])
  t.alike(fs.readdirSync(state), [])
  t.ok(fs.existsSync(path.join(home, '.local/share/pearlog/writer-storage/db')))
})

test('a clock that is set back holds nothing up', async (t) => {
  const clock = Clock.make(await t.tmp())
  if (!clock) return t.pass('needs Linux and cc')
  const storage = await t.tmp()
  const app = reader(t, KEY, { bootstrap: NOWHERE, storage, env: clock.env })
  await app.says('offline')
  clock.jump(-24 * 3600)
  await app.says('nobody found yet')
  t.pass('a timer that ran at the jump is over in time')
})

test('a relative XDG_DATA_HOME is ignored', async (t) => {
  const [home, here] = [await t.tmp(), await t.tmp()]
  await stopsAtOnce(t, [...NO_HOME, '-C', here, `HOME=${home}`, 'XDG_DATA_HOME=data'])
  t.alike(fs.readdirSync(here), [])
  t.ok(fs.existsSync(path.join(home, '.local/share/pearlog/writer-storage/db')))
})

test('an empty or relative HOME is ignored', { skip }, async (t) => {
  const here = await strangersFolder(t)
  for (const home of ['', 'home', '.']) {
    const env = ['env', '-C', here, `HOME=${home}`, 'XDG_DATA_HOME=']
    const w = run(t, [...STRANGER, ...env, ...appCommand('writer'), ...OFFLINE])
    t.is(await w.ended, 1)
    t.ok(/error: no home is known/.test(w.stderr), w.stderr)
  }
  t.alike(fs.readdirSync(here), [])
})

test('a folder that may not be written is called so', { skip }, async (t) => {
  const folder = await strangersFolder(t)
  fs.chmodSync(folder, 0o555)
  for (const storage of [folder, path.join(folder, 'below', 'it')]) {
    const command = [...STRANGER, ...appCommand('writer'), '--storage', storage, ...OFFLINE]
    await refused(
      t,
      run(t, command),
      /cannot write to the folder \S+: permission denied \(EACCES\); /
    )
  }
})

test('a name that is too long is called so', async (t) => {
  const storage = path.join(await t.tmp(), 'x'.repeat(300))
  await refused(
    t,
    writer(t, { bootstrap: NOWHERE, storage }),
    /: file name too long \(ENAMETOOLONG\); choose a shorter/
  )
})

test('few descriptors are called so', async (t) => {
  for (const limit of [18, 20, 22, 24]) {
    const command = ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh', ...appCommand('writer')]
    const w = run(t, [...command, '--storage', await t.tmp(), ...OFFLINE])
    await refused(t, w, /too many open files \(EMFILE\); raise the limit with ulimit -n/)
  }
})

test('the installed command says what Bare cannot: no folder, few descriptors', async (t) => {
  const bin = await t.tmp()
  for (const app of ['pearlog-write', 'pearlog-read']) fs.symlinkSync(LAUNCHER, path.join(bin, app))
  for (const command of [['pearlog-write'], ['pearlog-read', KEY]]) {
    const args = [path.join(bin, command[0]!), ...command.slice(1), '--storage', await t.tmp()]
    const gone = path.join(await t.tmp(), 'gone')
    const nowhere = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"'
    await refused(
      t,
      run(t, ['sh', '-c', nowhere, gone, ...args]),
      /the folder this was started in is gone/
    )
    for (const limit of [12, 16, 24]) {
      const few = run(t, ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh', ...args])
      await refused(t, few, /too many open files \(EMFILE\): raise the limit, which is \d\d,/)
    }
  }
})

test('each reason of the system is in words, from whoever passes it on', (t) => {
  for (const [code, message, text] of [
    ['EROFS', '', 'read-only file system (EROFS)'],
    ['EDQUOT', '', 'disk quota exceeded (EDQUOT)'],
    [
      'EIO',
      'While appending to file: /x/1.log: No space left on device',
      'no space left on device (ENOSPC)'
    ],
    [
      'EIO',
      'While open a file: /x: Too many open files in system',
      'too many open files in system (ENFILE)'
    ],
    ['EIO', 'IO error', 'input/output error (EIO)'],
    ['', 'Batch was not applied', 'Batch was not applied']
  ] as const) {
    t.is(reasonOf(Object.assign(new Error(message), { code })).text, text)
  }
  const cause = Object.assign(new Error('write: Disk quota exceeded'), { code: 'EIO' })
  const failure = storageFailure(new Error('Batch was not applied', { cause }), '/logs')
  t.is(
    failure.message,
    'no room in the folder /logs: disk quota exceeded (EDQUOT); make room there, or choose another with --storage'
  )
})

const linux = process.platform === 'linux'

for (const [signal, number, code] of [
  ['HUP', SIGHUP, 129],
  ['INT', SIGINT, 130]
] as const) {
  for (const app of ['writer', 'reader'] as const) {
    test(
      `a ${signal} that was ignored before stays ignored: ${app}`,
      { skip: !linux },
      async (t) => {
        const program = await started(t, app, `trap '' ${signal}; exec "$@"`)
        os.kill(program.process.pid, number) // a Subprocess sends one signal and no more
        t.is(await program.stop(SIGTERM), 143, 'it was there until the other signal')
      }
    )

    test(`a ${signal} that was not ignored ends it: ${app}`, async (t) => {
      const program = await started(t, app, 'exec "$@"')
      t.is(await program.stop(number), code)
    })
  }
}

test('nohup keeps a reader', { skip: !linux }, async (t) => {
  const program = await started(t, 'reader', 'exec nohup "$@"')
  os.kill(program.process.pid, SIGHUP)
  t.is(await program.stop(SIGTERM), 143)
})

async function started(t: Test, app: AppName, script: string): Promise<Program> {
  const args = app === 'reader' ? [KEY] : []
  const flags = ['--storage', await t.tmp(), ...OFFLINE]
  const program = run(t, ['sh', '-c', script, 'sh', ...appCommand(app), ...args, ...flags])
  await program.says('looking for peers')
  return program
}

// A run of the writer without input.
async function stopsAtOnce(t: Test, prefix: string[]): Promise<void> {
  const w = run(t, [...prefix, ...appCommand('writer'), '--until-sync', '0', ...OFFLINE])
  w.endInput()
  t.is(await w.ended, 0, w.stderr)
}

async function strangersFolder(t: Test): Promise<string> {
  const folder = await t.tmp()
  fs.chmodSync(path.dirname(folder), 0o755)
  fs.chownSync(folder, 54321, 54321)
  return folder
}

async function refused(t: Test, program: Program, message: RegExp): Promise<void> {
  t.is(await program.ended, 1)
  t.is(program.stdout, '')
  const errors = program.stderr.split('\n').filter((line) => line.includes('error'))
  t.is(errors.length, 1, 'one line')
  t.ok(message.test(errors[0] ?? ''), program.stderr)
  t.absent(/^\s+at /m.test(program.stderr), 'no stack trace')
}

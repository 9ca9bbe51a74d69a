// Standard input of every kind, at the writer.
import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import b4a from 'b4a'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { appCommand } from '../lab/commands.js'
import { Program } from '../lab/program.js'
import { run, writer } from '../lab/apps.js'
import { formatNodes, NOWHERE } from '../lab/network.js'

const OFFLINE = ['--dht-bootstrap', formatNodes(NOWHERE)]
const TERM = 15
const STAYS_OPEN = 'there.set_inheritable(True)'

const skip = spawnSync('python3', ['--version']).status !== 0

for (const [what, blocking] of [
  ['a TCP socket', 1],
  ['a TCP socket that does not block', 0]
] as const) {
  test(`${what} is read, and one signal ends it`, { skip }, async (t) => {
    const storage = await t.tmp()
    const w = run(t, ['python3', '-c', socket(blocking, STAYS_OPEN), ...command(storage)])
    await w.says('looking for peers')
    const log = await until(t, storage, w)
    t.is(log, 'one\n')
  })
}

test('a TCP socket is read to its end', { skip }, async (t) => {
  const storage = await t.tmp()
  const python = socket(1, 'there.close()')
  const w = run(t, ['python3', '-c', python, ...command(storage), '--until-sync', '0'])
  t.is(await w.ended, 0)
  t.is(await content(storage), 'one\n')
})

for (const device of ['/dev/zero', '/dev/kmsg', '/dev/tty0', '/dev/urandom']) {
  const noDevice = spawnSync('sh', ['-c', `exec < ${device}`]).status !== 0
  test(`${device} is read, and one signal ends it`, { skip: noDevice }, async (t) => {
    const w = writer(t, { bootstrap: NOWHERE, storage: await t.tmp(), input: device })
    await w.says('looking for peers')
    t.is(await w.stop(TERM), 143)
    t.absent(w.stderr.includes('error'), w.stderr)
  })
}

test('a FIFO is let go of at its end: the next producer waits', async (t) => {
  const fifo = path.join(await t.tmp(), 'fifo')
  spawnSync('mkfifo', [fifo])
  const w = writer(t, { bootstrap: NOWHERE, storage: await t.tmp(), input: fifo })
  run(t, ['sh', '-c', `echo one > '${fifo}'`])
  await w.says('end of input')
  await w.says('serving readers')
  const waits = spawnSync('timeout', ['1', 'sh', '-c', `echo two > '${fifo}'`])
  t.is(waits.status, 124)
})

test('a FIFO opened with <> stays open', async (t) => {
  const fifo = path.join(await t.tmp(), 'fifo')
  const storage = await t.tmp()
  spawnSync('mkfifo', [fifo])
  const script = ['sh', '-c', 'fifo=$1; shift; exec "$@" <> "$fifo"', 'sh', fifo]
  const w = run(t, [...script, ...command(storage)])
  await w.says('looking for peers')
  for (const line of ['one', 'two']) {
    t.is(await run(t, ['sh', '-c', `echo ${line} > '${fifo}'`]).ended, 0)
  }
  t.is(await until(t, storage, w), 'one\ntwo\n')
})

test('a closed standard input is told before anything is made', async (t) => {
  const storage = path.join(await t.tmp(), 'none')
  const w = run(t, ['sh', '-c', '"$@" <&-', 'sh', ...command(storage)])
  t.is(await w.ended, 1)
  t.is(w.stdout, '')
  t.is(w.stderr, '[writer] error: standard input is closed: take it from /dev/null instead\n')
  t.absent(fs.existsSync(storage))
})

test('a pipe is said to be shared as it comes, where a reader may take a part for all', async (t) => {
  const flags = ['--until-sync', '1']
  const w = writer(t, { bootstrap: NOWHERE, storage: await t.tmp(), flags })
  await w.says('shared as it comes in: a reader with --exit may take a part of it for all')
  t.pass()
})

// Becomes its arguments, with a socket as standard input, in which one line is.
function socket(blocking: number, then: string): string {
  return `import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
there = socket.create_connection(server.getsockname())
here, _ = server.accept()
here.setblocking(${blocking})
there.sendall(b"one\\n")
${then}
os.dup2(here.fileno(), 0)
os.execvp(sys.argv[1], sys.argv[1:])`
}

function command(storage: string): string[] {
  return [...appCommand('writer'), '--storage', storage, ...OFFLINE]
}

// What it has committed when one signal has ended it.
async function until(t: Test, storage: string, w: Program): Promise<string> {
  t.is(await w.stop(TERM), 143)
  return content(storage)
}

async function content(storage: string): Promise<string> {
  const core = new Hypercore(path.join(storage, 'writer-storage'))
  await core.ready()
  const blocks: Uint8Array[] = []
  for (let i = 0; i < core.length; i++) blocks.push(await core.get(i))
  await core.close()
  return b4a.toString(b4a.concat(blocks))
}

import { spawn } from 'bare-subprocess'
import fs from 'bare-fs'
import path from 'bare-path'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { appCommand } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { reader, run, writer } from '../lab/apps.js'
import { formatNodes, NOWHERE } from '../lab/network.js'

const LINES = 'A line of text, and some more of it: '

for (const [what, input] of [
  ['a 50 MB text file', lines(50_000_000)],
  ['a file without a final newline', b4a.from('one\ntwo\nthree')],
  ['a file of emoji and other multi-byte text', b4a.from('añ€😀👩‍👩‍👧 漢字\n'.repeat(50_000))],
  ['a file of one long line', b4a.from('añ€😀'.repeat(100_000))],
  ['a file of all bytes', b4a.concat(Array.from({ length: 4000 }, (_, i) => b4a.alloc(99, i)))]
] as const) {
  for (const flags of [[], ['--compress']]) {
    test(`${[what, ...flags].join(', ')} comes back byte for byte`, async (t) => {
      const { bootstrap } = await createTestnet(10, t)
      const file = path.join(await t.tmp(), 'input')
      fs.writeFileSync(file, input)
      const w = writer(t, { bootstrap, storage: await t.tmp(), flags })
      feed(t, file, w)
      const r = reader(t, await w.key(), {
        bootstrap,
        storage: await t.tmp(),
        flags: ['--from', '0', '--raw']
      })
      await w.says('end of input')
      await r.until(() => r.byteLength >= input.byteLength, 'print the file')
      await r.stop(15)
      t.ok(b4a.equals(r.bytes, input))
    })
  }
}

test('an empty file is an empty log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.endInput()
  await w.says('end of input, all committed: length 0')
  const key = await w.key()
  t.is(w.stdout, `hypercore key: ${key}\n`)
})

for (const [what, redirect, length] of [
  ['a file', '< "$FILE"', 2],
  ['/dev/null', '< /dev/null', 0],
  ['a file whose size nobody knows', '< /proc/version', 1],
  ['the rest of a file', '', 1]
] as const) {
  test(`standard input is ${what}`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const file = path.join(await t.tmp(), 'input')
    fs.writeFileSync(file, 'one\ntwo')
    const { host, port } = bootstrap[0]!
    const args = ['--storage', await t.tmp(), '--dht-bootstrap', `${host}:${port}`]
    const script = redirect ? `exec "$@" ${redirect}` : '{ read -r line; exec "$@"; } < "$FILE"'
    const prefix = ['env', `FILE=${file}`, 'sh', '-c', script, 'sh']
    const w = run(t, [...prefix, ...appCommand('writer'), ...args])
    await w.says('serving')
    t.ok(w.stderr.includes(`end of input, all committed: length ${length}\n`), w.stderr)
  })
}

for (const [what, redirect, message] of [
  ['closed', '<&-', /error: standard input is closed: take it from \/dev\/null instead\n/],
  ['a folder', '< /', /error: cannot read standard input: is a directory \(EISDIR\)\n/],
  ['for output alone', '0> /dev/null', /error: cannot read standard input: .* \(EBADF\)\n/]
] as const) {
  test(`standard input that is ${what} is an error, and no log is made`, async (t) => {
    const storage = await t.tmp()
    const prefix = ['sh', '-c', `exec "$@" ${redirect}`, 'sh']
    const args = ['--storage', storage, '--dht-bootstrap', formatNodes(NOWHERE)]
    const w = run(t, [...prefix, ...appCommand('writer'), ...args])
    t.is(await w.ended, 1)
    t.ok(message.test(w.stderr), w.stderr)
    t.is(w.stdout, '')
    t.alike(fs.readdirSync(storage), [])
  })
}

// As `cat file | writer` does.
function feed(t: Test, file: string, app: Program): void {
  const cat = spawn('cat', [file])
  t.teardown(() => cat.kill(9))
  cat.stdout!.pipe(app.process.stdin!)
}

function lines(size: number): Uint8Array {
  let text = ''
  for (let i = 0; text.length < size; i++) text += `${i} ${LINES.slice(0, i % LINES.length)}\n`
  return b4a.from(text)
}

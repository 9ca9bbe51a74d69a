import { spawn } from 'bare-subprocess'
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import b4a from 'b4a'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { compiled, type Program } from '../tools/program.js'
import { reader, writer } from './helpers/app.js'

const LINES = 'A line of text, and some more of it: '

for (const [what, input] of [
  ['a 50 MB text file', lines(50_000_000)],
  ['a file without a final newline', b4a.from('one\ntwo\nthree')],
  ['a file of emoji and other multi-byte text', b4a.from('añ€😀👩‍👩‍👧 漢字\n'.repeat(50_000))],
  ['a file of one long line', b4a.from('añ€😀'.repeat(100_000))],
  ['a file of all bytes', b4a.concat(Array.from({ length: 4000 }, (_, i) => b4a.alloc(99, i)))]
] as const) {
  test(`${what} comes back byte for byte`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const file = path.join(await t.tmp(), 'input')
    fs.writeFileSync(file, input)
    const w = writer(t, { bootstrap, storage: await t.tmp() })
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

test('an empty file is an empty log', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.endInput()
  await w.says('end of input, all committed: length 0')
  t.is(w.stdout, `hypercore key: ${await w.key()}\n`)
})

test('a file and /dev/null as standard input', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const file = path.join(await t.tmp(), 'input')
  fs.writeFileSync(file, 'one\ntwo')
  for (const [input, length] of [
    [file, 2],
    ['/dev/null', 0]
  ] as const) {
    const args = [compiled('writer-app/index'), '--storage', await t.tmp(), '--dht-bootstrap']
    const { host, port } = bootstrap[0]!
    const shell = spawn(
      'sh',
      [
        '-c',
        'input=$1; shift; exec "$@" < "$input"',
        'sh',
        input,
        process.execPath,
        ...args
      ].concat(`${host}:${port}`)
    )
    t.teardown(() => shell.kill(9))
    const said = new Promise<string>((resolve) => {
      let text = ''
      shell.stderr!.on('data', (data) => {
        text += String(data)
        if (text.includes('serving')) resolve(text)
      })
    })
    t.ok((await said).includes(`all committed: length ${length}\n`), input)
  }
})

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

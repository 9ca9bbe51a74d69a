import b4a from 'b4a'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { BlockWriter } from '../shared/log/block-writer.js'
import { splitBlocks } from '../shared/log/split.js'

test('lines that arrive together share a block, the rest waits', (t) => {
  t.alike(split('one\ntwo\nthr', 100), { blocks: ['one\ntwo\n'], rest: 'thr' })
  t.alike(split('one', 100), { blocks: [], rest: 'one' })
  t.alike(split('', 100), { blocks: [], rest: '' })
  t.alike(split('\n\n', 100), { blocks: ['\n\n'], rest: '' })
})

test('a block holds as many whole lines as fit', (t) => {
  t.alike(split('aa\nbb\ncc\n', 6), { blocks: ['aa\nbb\n', 'cc\n'], rest: '' })
  t.alike(split('aa\nbb\ncc\n', 7), { blocks: ['aa\nbb\n', 'cc\n'], rest: '' })
  t.alike(split('aa\nbbbbbb\ncc', 6), { blocks: ['aa\n', 'bbbbbb', '\n'], rest: 'cc' })
})

test('a line longer than a block is cut, but not inside a character', (t) => {
  t.alike(split('abcdefgh', 3), { blocks: ['abc', 'def'], rest: 'gh' })
  t.alike(split('abcdef', 3), { blocks: ['abc', 'def'], rest: '' })
  t.alike(split('aé€😀b', 4), { blocks: ['aé', '€', '😀'], rest: 'b' })
})

test('bytes that are not UTF-8 are cut at the limit', (t) => {
  const bytes = b4a.alloc(10, 0x80)
  const { blocks, rest } = splitBlocks(bytes, 4)
  t.alike(
    blocks.map((block) => block.byteLength),
    [4, 4]
  )
  t.is(rest.byteLength, 2)
})

test('a lone line is a block, appended at once', async (t) => {
  const { core, blocks } = await create(t)
  const appended = new Promise<void>((resolve) => core.once('append', () => resolve()))
  blocks.write(b4a.from('hello\n'))
  await appended
  t.is(b4a.toString(await core.get(0)), 'hello\n')
})

test('the end of the input commits an unterminated line', async (t) => {
  const { core, blocks } = await create(t)
  blocks.write(b4a.from('hello\nwor'))
  blocks.write(b4a.from('ld'))
  await finished(blocks)
  t.is(core.length, 2)
  t.is(b4a.toString(await core.get(1)), 'world')
})

test('an empty input commits nothing', async (t) => {
  const { core, blocks } = await create(t)
  await finished(blocks)
  t.is(core.length, 0)
})

test('what comes out is what went in, however it is chunked', async (t) => {
  const input = b4a.from(
    'lines of 😀, some\nlong, some\n\nshort, and one without an end'.repeat(99)
  )
  for (let size = 1; size < 300; size += 37) {
    const { core, blocks } = await create(t, { limit: 64 })
    for (let i = 0; i < input.byteLength; i += size) blocks.write(input.subarray(i, i + size))
    await finished(blocks)
    const output = []
    for (let i = 0; i < core.length; i++) output.push(await core.get(i))
    t.ok(b4a.equals(b4a.concat(output), input), `chunks of ${size}`)
    t.ok(
      output.every((block) => block.byteLength <= 64),
      'no block is over the limit'
    )
  }
})

test('a slow disk holds the input back, and loses nothing', async (t) => {
  const { core, blocks } = await create(t)
  const append = core.append.bind(core)
  const gate = Promise.withResolvers<void>()
  core.append = (batch) => gate.promise.then(() => append(batch))

  const chunk = b4a.alloc(64 * 1024, 'a line of text\n')
  let written = 0
  while (blocks.write(chunk)) written += chunk.byteLength
  written += chunk.byteLength
  t.ok(written < 8 * 1024 * 1024, `takes ${written} bytes while nothing gets to the disk`)
  gate.resolve()
  await finished(blocks)
  let size = 0
  for (let i = 0; i < core.length; i++) size += (await core.get(i)).byteLength
  t.is(size, written)
})

test('a line without an end goes out in full blocks', async (t) => {
  const { core, blocks } = await create(t)
  const chunk = b4a.alloc(1024 * 1024, 'x')
  for (let i = 0; i < 10; i++) {
    if (!blocks.write(chunk)) await new Promise((resolve) => blocks.once('drain', () => resolve(0)))
  }
  await finished(blocks)
  t.is(core.length, 40)
  t.is((await core.get(39)).byteLength, 256 * 1024)
})

function split(text: string, limit: number): { blocks: string[]; rest: string } {
  const { blocks, rest } = splitBlocks(b4a.from(text), limit)
  return { blocks: blocks.map((block) => b4a.toString(block)), rest: b4a.toString(rest) }
}

async function create(
  t: Test,
  opts?: { limit: number }
): Promise<{ core: Hypercore; blocks: BlockWriter }> {
  const core = new Hypercore(await t.tmp())
  t.teardown(() => core.close())
  return { core, blocks: new BlockWriter(core, opts) }
}

function finished(blocks: BlockWriter): Promise<void> {
  return new Promise((resolve, reject) => {
    blocks.on('finish', resolve)
    blocks.on('error', reject)
    blocks.end(null)
  })
}

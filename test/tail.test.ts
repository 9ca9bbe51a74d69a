import b4a from 'b4a'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { findTail } from '../shared/log/tail.js'

for (const [what, blocks, lines, start, offset] of [
  ['no lines', ['a\n', 'b\n'], 0, 2, 0],
  ['the last line', ['a\n', 'b\n'], 1, 1, 0],
  ['all lines', ['a\n', 'b\n'], 2, 0, 0],
  ['more lines than there are', ['a\n', 'b\n'], 9, 0, 0],
  ['part of a block', ['a\nbc\nd\n'], 2, 0, 2],
  ['a last line without a newline', ['a\n', 'b'], 1, 1, 0],
  ['a line that began blocks ago', ['a\nb', 'c', 'd\n'], 1, 0, 2],
  ['an end between two blocks', ['a\n', 'b\nc\n'], 2, 1, 0],
  ['empty lines', ['\n', '\n', '\n'], 2, 1, 0],
  ['empty blocks', ['a\n', 'b\n', '', ''], 1, 1, 0],
  ['an empty log', [], 5, 0, 0]
] as const) {
  test(`the tail: ${what}`, async (t) => {
    const core = await open(t, null)
    if (blocks.length > 0) await core.append(blocks.map((block) => b4a.from(block)))
    t.alike(await findTail(core, lines), { start, offset })
  })
}

test('the tail is found without fetching the whole log', async (t) => {
  const writer = await open(t, null)
  await writer.append(Array.from({ length: 1000 }, (_, i) => b4a.from(`line ${i}\n`)))
  const reader = await open(t, writer.key)
  const stream = writer.replicate(true)
  stream.pipe(reader.replicate(false)).pipe(stream)
  await reader.update({ wait: true })

  let fetched = 0
  reader.on('download', () => fetched++)
  t.alike(await findTail(reader, 100), { start: 900, offset: 0 })
  t.ok(fetched >= 100 && fetched <= 200, `${fetched} blocks for 100 lines`)
})

test('a block of the tail that nobody has is not waited for without end', async (t) => {
  const writer = await open(t, null)
  await writer.append(['one\n', 'two\nthree\n'].map((line) => b4a.from(line)))
  const reader = await open(t, writer.key)
  const stream = writer.replicate(true)
  stream.pipe(reader.replicate(false)).pipe(stream)
  await reader.get(1)
  stream.destroy()
  t.alike(await findTail(reader, 1, { patience: 5000 }), { start: 1, offset: 4 })
  await t.exception(findTail(reader, 3, { patience: 50 }), /block 0 did not come within/)
})

async function open(t: Test, key: Uint8Array | null): Promise<Hypercore> {
  const core = new Hypercore(await t.tmp(), key)
  t.teardown(() => core.close())
  await core.ready()
  return core
}

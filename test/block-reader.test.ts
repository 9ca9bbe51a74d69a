import b4a from 'b4a'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { BlockReader } from '../shared/block-reader.js'

test('reads the blocks in order, and those to come', async (t) => {
  const core = await create(t)
  await core.append(['a', 'b', 'c'].map((text) => b4a.from(text)))
  const blocks = new BlockReader(core, { start: 1 })
  const text: string[] = []
  const all = new Promise<void>((resolve) => {
    blocks.on('data', (block) => {
      text.push(b4a.toString(block as Uint8Array))
      if (text.length === 2) void core.append(b4a.from('d'))
      if (text.length === 3) resolve()
    })
  })
  await all
  t.alike(text, ['b', 'c', 'd'])
  await destroyed(blocks)
})

test('waits for a block past the end', async (t) => {
  const core = await create(t)
  const blocks = new BlockReader(core, { start: 2 })
  const first = new Promise<unknown>((resolve) => blocks.once('data', resolve))
  await core.append(['a', 'b', 'c'].map((text) => b4a.from(text)))
  t.alike(await first, b4a.from('c'))
  await destroyed(blocks)
})

test('closes at once, whatever it waits for, and leaves the core open', async (t) => {
  const core = await create(t)
  const unread = new BlockReader(core, { start: 0 })
  await destroyed(unread)
  const waiting = new BlockReader(core, { start: 7 })
  waiting.read()
  await destroyed(waiting)
  await core.append(b4a.from('a'))
  t.is(core.length, 1)
})

async function create(t: Test): Promise<Hypercore> {
  const core = new Hypercore(await t.tmp())
  await core.ready()
  t.teardown(() => core.close())
  return core
}

function destroyed(blocks: BlockReader): Promise<void> {
  return new Promise((resolve) => {
    blocks.once('close', () => resolve())
    blocks.destroy()
  })
}

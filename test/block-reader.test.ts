import b4a from 'b4a'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { BlockReader } from '../shared/log/block-reader.js'
import { BlockWriter } from '../shared/log/block-writer.js'

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

test('a consumer that reads no more stops the download, also while it is pushed new blocks', async (t) => {
  const count = 10_000
  const writer = await create(t)
  const lines = Array.from({ length: count }, (_, i) => b4a.from(`line ${i}\n`))
  await writer.append(lines)
  const copy = new Hypercore(await t.tmp(), writer.key, { allowPush: true })
  t.teardown(() => copy.close())
  await copy.ready()
  const streams = [writer.replicate(true), copy.replicate(false)] as const
  streams[0].pipe(streams[1]).pipe(streams[0])

  await copy.update({ wait: true })
  const blocks = new BlockReader(copy, { start: 0 })
  const got: unknown[] = []
  const all = new Promise<void>((resolve) => {
    blocks.on('data', (block) => {
      got.push(block)
      if (got.length === 1) blocks.pause()
      if (got.length === count + 10) resolve()
    })
  })

  const input = new BlockWriter(writer)
  for (let i = 0; i < 10; i++) {
    const arrived = new Promise<void>((resolve) => copy.once('append', () => resolve()))
    input.write(b4a.from(`live ${i}\n`))
    await arrived
  }
  t.is(copy.length, count + 10)
  t.absent(await copy.has(count - 1), 'the end was not asked for')

  blocks.resume()
  await all
  t.ok(got.slice(0, count).every((block, i) => b4a.equals(block as Uint8Array, lines[i]!)))
  t.alike(got.at(-1), b4a.from('live 9\n'))
  await destroyed(blocks)
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

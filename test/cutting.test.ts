import b4a from 'b4a'
import Hypercore from 'hypercore'
import test, { type Test } from 'brittle'
import { BlockWriter } from '../shared/log/block-writer.js'
import { Random } from '../lab/random.js'

const LOGS = 60
const ALPHABET = ['a', '\n', 'é', '€', '漢', '😀', '\u{10ffff}', '\u0800', '\u07ff']

const seed = Math.floor(Math.random() * 2 ** 32)

test('no character is cut, whatever the chunks and the limit', async (t) => {
  t.comment(`seed ${seed}`)
  const random = new Random(seed)
  for (let i = 0; i < LOGS; i++) {
    const letters = 1 + random.below(ALPHABET.length - 1)
    const text = Array.from(
      { length: random.below(2000) },
      () => ALPHABET[Math.floor(random.below(letters))]!
    ).join('')
    const input = b4a.from(text)
    const { core, blocks } = await create(t, { limit: 4 + Math.floor(random.below(60)) })
    const most = 1 + random.below(100)
    for (let at = 0; at < input.byteLength;) {
      const size = 1 + Math.floor(random.below(most))
      blocks.write(input.subarray(at, at + size))
      at += size
      if (random.below(2) < 1) await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    await finished(blocks)
    const output = await all(core)
    if (output.join('') !== text) return t.fail(`log ${i}`)
  }
  t.pass()
})

test('a line of euro signs that ends a chunk at the limit is cut between two of them', async (t) => {
  const limit = 256 * 1024
  const { core, blocks } = await create(t)
  const line = b4a.from('€'.repeat(200_000))
  blocks.write(line.subarray(0, limit))
  await new Promise((resolve) => core.once('append', () => resolve(0)))
  blocks.write(line.subarray(limit))
  await finished(blocks)
  t.is((await core.get(0)).byteLength, limit - (limit % 3))
  t.is((await all(core)).join(''), '€'.repeat(200_000))
})

test('a line without an end goes out after some quiet, and what follows comes after it', async (t) => {
  const { core, blocks } = await create(t, { quiet: 10 })
  blocks.write(b4a.from('first\nname? '))
  while (core.length < 2) await new Promise((resolve) => core.once('append', () => resolve(0)))
  blocks.write(b4a.from('Ada\n'))
  await finished(blocks)
  t.alike(await all(core), ['first\n', 'name? ', 'Ada\n'])
})

test('quiet inside of a character does not cut it', async (t) => {
  const { core, blocks } = await create(t, { quiet: 10 })
  const euro = b4a.from('€')
  blocks.write(b4a.concat([b4a.from('price: '), euro.subarray(0, 1)]))
  await new Promise((resolve) => core.once('append', () => resolve(0)))
  blocks.write(euro.subarray(1))
  await finished(blocks)
  t.alike(await all(core), ['price: ', '€'])
})

test('a line that comes in parts without quiet between them is one block', async (t) => {
  const { core, blocks } = await create(t, { quiet: 60_000 })
  for (const part of ['one ', 'two ', 'three\n']) {
    blocks.write(b4a.from(part))
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
  await finished(blocks)
  t.alike(await all(core), ['one two three\n'])
})

async function create(
  t: Test,
  opts?: { limit?: number; quiet?: number }
): Promise<{ core: Hypercore; blocks: BlockWriter }> {
  const core = new Hypercore(await t.tmp())
  t.teardown(() => core.close())
  await core.ready()
  return { core, blocks: new BlockWriter(core, opts) }
}

function finished(blocks: BlockWriter): Promise<void> {
  return new Promise((resolve, reject) => {
    blocks.on('finish', resolve)
    blocks.on('error', reject)
    blocks.end(null)
  })
}

// As text; fails on a block that is not UTF-8.
async function all(core: Hypercore): Promise<string[]> {
  const texts: string[] = []
  for (let i = 0; i < core.length; i++) {
    const block = await core.get(i)
    const text = b4a.toString(block)
    if (!b4a.equals(b4a.from(text), block)) throw new Error(`block ${i} is not UTF-8`)
    texts.push(text)
  }
  return texts
}

import b4a from 'b4a'
import Hypercore from 'hypercore'
import { encode } from 'hypercore-id-encoding'
import test from 'brittle'
import { pipelinePromise } from 'streamx'
import { BlockPrinter } from '../shared/terminal/block-printer.js'
import { BlockReader } from '../shared/log/block-reader.js'
import { BlockWriter } from '../shared/log/block-writer.js'
import { parseCommandLine } from '../shared/host/command-line.js'
import * as definitions from '../shared/host/definitions.js'
import { UsageError } from '../shared/log/errors.js'
import { raw } from '../shared/terminal/format.js'
import { parseKey } from '../shared/log/key.js'
import { Random } from '../lab/random.js'

const LOGS = 100
const COMMAND_LINES = 5000

const seed = Math.floor(Math.random() * 2 ** 32)

test('what comes out is what went in, for any bytes, chunks, limits and restarts', async (t) => {
  t.comment(`seed ${seed}, ${LOGS} logs`)
  const random = new Random(seed)
  for (let i = 0; i < LOGS; i++) {
    const input = bytes(random, random.below(20_000))
    const dir = await t.tmp()
    let at = 0
    while (at < input.byteLength) {
      // A run of the writer, which ends anywhere.
      const end = Math.min(input.byteLength, at + 1 + Math.floor(random.below(10_000)))
      const core = new Hypercore(dir)
      const limit = 1 + Math.floor(random.below(500))
      const blocks = new BlockWriter(core, { limit, binary: random.below(2) < 1 })
      while (at < end) {
        const chunk = input.subarray(at, Math.min(end, at + 1 + Math.floor(random.below(2000))))
        if (!blocks.write(chunk) && random.below(2) < 1) {
          await new Promise<void>((resolve) => blocks.once('drain', () => resolve()))
        }
        at += chunk.byteLength
      }
      const finished = new Promise<void>((resolve) => blocks.once('finish', () => resolve()))
      blocks.end(null)
      await finished
      await core.close()
    }

    const core = new Hypercore(dir)
    await core.ready()
    const output: Uint8Array[] = []
    let start = 0
    while (start < core.length) {
      // A run of the reader, from where the last one was.
      const reader = new BlockReader(core, { start })
      reader.endAt(Math.min(core.length, start + 1 + Math.floor(random.below(100))))
      const write = (data: Buffer, cb: (err: Error | null) => void): void => {
        output.push(data)
        setImmediate(() => cb(null))
      }
      const onprinted = (end: number): Promise<void> => Promise.resolve(void (start = end))
      await pipelinePromise(reader, new BlockPrinter({ write }, { start, format: raw, onprinted }))
    }
    await core.close()
    if (!b4a.equals(b4a.concat(output), input)) return t.fail(`log ${i}`)
  }
  t.pass()
})

test('any command line is taken or refused in one sentence', (t) => {
  t.comment(`seed ${seed}, ${COMMAND_LINES} command lines`)
  const random = new Random(seed)
  let refused = 0
  for (let i = 0; i < COMMAND_LINES; i++) {
    const argv = Array.from({ length: random.below(6) }, () => argument(random))
    try {
      const commandLine = parseCommandLine('reader', definitions.reader, [], argv)
      if (commandLine.print !== null) continue
      const { key } = commandLine.args
      if (key !== undefined && ![32, 64].includes(parseKey(key).byteLength))
        t.fail(JSON.stringify(argv))
    } catch (err) {
      refused++
      const sentence = err instanceof UsageError && !/\n/.test(err.message)
      if (!sentence || err.message.length > 500) t.fail(`${JSON.stringify(argv)}: ${String(err)}`)
    }
  }
  t.ok(refused > 0 && refused < COMMAND_LINES, `${refused} were refused`)
})

// Of all kinds: text, lines, any bytes.
function bytes(random: Random, size: number): Uint8Array {
  const alphabets = [[10, 97, 98], [10, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], null]
  const alphabet = alphabets[Math.floor(random.below(alphabets.length))]
  return Uint8Array.from({ length: size }, () =>
    alphabet ? alphabet[Math.floor(random.below(alphabet.length))]! : random.below(256)
  )
}

function argument(random: Random): string {
  const key = b4a.from(Array.from({ length: 32 }, () => random.below(256)))
  const hex = b4a.toString(key, 'hex')
  const kinds = [
    () => hex,
    () => encode(key),
    () => hex.slice(0, random.below(64)),
    () => '--from',
    () => `--from=${random.below(10) - 5}`,
    () => String(Math.floor(random.below(1e6))),
    () => String(random.below(2 ** 70)),
    () =>
      ['--raw', '--quiet', '--storage', '--dht-bootstrap', '--no-raw'][
        Math.floor(random.below(5))
      ]!,
    () => `host:${Math.floor(random.below(70_000))}`,
    () =>
      ['', '-', '--', '---', '-é', '--=', '\n', '\u0000', '😀', '\ud800', '__proto__'][
        Math.floor(random.below(11))
      ]!,
    () => b4a.toString(bytes(random, random.below(50))),
    () => `--${'x'.repeat(random.below(3))}`,
    () => 'x'.repeat(random.below(500) < 1 ? 1_000_000 : random.below(200))
  ]
  return kinds[Math.floor(random.below(kinds.length))]!()
}

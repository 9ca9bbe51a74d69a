import b4a from 'b4a'
import { Readable } from 'bare-stream'
import Hypercore from 'hypercore'
import test from 'brittle'
import { BlockWriter } from '../shared/log/block-writer.js'
import { ingest } from '../shared/terminal/ingest.js'

test('stopping in a flood commits what was read, once and in order', async (t) => {
  const core = new Hypercore(await t.tmp())
  t.teardown(() => core.close())
  await core.ready()
  const append = core.append.bind(core)
  const gate = Promise.withResolvers<void>()
  core.append = (batch) => gate.promise.then(() => append(batch))

  const chunks = Array.from({ length: 100 }, (_, i) => b4a.alloc(64 * 1024, `line ${i}\n`))
  const input = new Readable({ read: () => {} })
  const feed = ingest(input, new BlockWriter(core))
  const full = new Promise<void>((resolve) => {
    const pause = input.pause.bind(input)
    input.pause = () => {
      resolve()
      return pause()
    }
  })
  for (const chunk of chunks) input.push(chunk)
  await full // now some is on its way to the disk, and the rest waits in the input

  feed.stop()
  gate.resolve()
  t.is(await feed.done, false)
  const log: Uint8Array[] = []
  for (let i = 0; i < core.length; i++) log.push(await core.get(i))
  t.ok(b4a.equals(b4a.concat(log), b4a.concat(chunks)))
})

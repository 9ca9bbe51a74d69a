import path from 'bare-path'
import process from 'bare-process'
import Hypercore from 'hypercore'
import { pipelinePromise } from 'streamx'
import { run } from '../shared/app.js'
import { BlockPrinter } from '../shared/block-printer.js'
import { BlockReader } from '../shared/block-reader.js'
import { parseCount } from '../shared/command-line.js'
import { outputFailure } from '../shared/errors.js'
import { raw, terminalText, text } from '../shared/format.js'
import { formatKey, parseKey } from '../shared/key.js'
import { openLog } from '../shared/open-log.js'
import { loadPosition, savePosition } from '../shared/position.js'

const reader = {
  name: 'reader',
  summary: 'Follow the log with this key, keep a copy, and pass it on to other readers.',
  args: { '<key>': 'the key that the writer prints' },
  flags: {
    '--from <n>': 'start at block n, a number of 0 or more; else after the last one shown',
    '--raw': "print the blocks' bytes and nothing else"
  }
}

run(reader, async (app) => {
  const key = parseKey(app.args.key!)
  const from = typeof app.flags.from === 'string' ? parseCount('--from', app.flags.from) : null
  const folder = formatKey(Hypercore.discoveryKey(key)) // not the key: a path is easily shown around
  const log = await openLog(app, path.join(app.storage, 'reader-storage', folder), key)
  const { core } = log

  const contact = log.contact()
  let start = from ?? (await loadPosition(log))
  if (start === null) {
    await contact // new here: skips what the log holds already
    start = core.length
    await savePosition(log, start)
  }
  void contact.then(() => {
    if (start > core.length)
      app.say(`the log's length is ${core.length}; waiting for block ${start}`)
  })

  const output = process.stdout
  output.on('error', (err) => app.fail(outputFailure(err)))
  if (!app.flags.raw) output.write(`Skipping ${start} earlier blocks...\n`)
  else if (from === null) app.say(`starting at block ${start}`)
  const printer = new BlockPrinter(output, {
    start,
    format: app.flags.raw ? raw : 'isTTY' in output ? terminalText : text,
    onprinted: (end) => savePosition(log, end)
  })
  app.onstop(() => printer.stop())
  await pipelinePromise(new BlockReader(core, { start }), printer)
})

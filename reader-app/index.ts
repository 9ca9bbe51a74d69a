import path from 'bare-path'
import process from 'bare-process'
import Hypercore from 'hypercore'
import { pipelinePromise } from 'streamx'
import { run } from '../shared/host/app.js'
import { BlockPrinter } from '../shared/terminal/block-printer.js'
import { checked } from '../shared/terminal/checked-output.js'
import { BlockReader } from '../shared/log/block-reader.js'
import { chooseOne, parseCount } from '../shared/host/command-line.js'
import { outputFailure, type Failure } from '../shared/log/errors.js'
import { chooseFormat } from '../shared/terminal/format.js'
import { formatKey, parseKey } from '../shared/log/key.js'
import { openLog } from '../shared/storage/open-log.js'
import { findStart, rememberStart, savePosition, type Contact } from '../shared/log/position.js'
import type { ReplicatedCore } from '../shared/peers/replicated-core.js'
import { watchPipeReader } from '../shared/terminal/pipe-reader.js'
import { showStatus } from '../shared/terminal/status.js'
import { waitAtMost, withTimeout } from '../shared/log/timeout.js'

const LONELY = 10_000 // ms
const GIVE_UP = 20_000 // ms

const reader = {
  name: 'reader' as const,
  summary: 'Follow the log with this key, keep a copy, and pass it on to other readers.',
  args: { '<key>': 'the key that the writer prints' },
  flags: {
    '--from <n>': 'start at block n (0: the first); else after the last one shown',
    '--tail <n>': 'start with the last n lines of what is there',
    '--count <n>': 'stop after n lines',
    '--exit': 'stop at the end of what is there, instead of following',
    '--raw': "print the blocks' bytes and nothing else",
    '--json': 'print a JSON object a line: {"block":3,"data":"text\\n"}'
  },
  examples: (_: string, self: string) => [
    `${self} <key> --tail 10`,
    `${self} <key> --from 0 --raw --exit > copy`,
    `${self} <key> --json | jq -j .data`
  ]
}

run(reader, async (app) => {
  const key = parseKey(app.args.key!)
  const { raw, json, exit } = app.flags
  chooseOne(app, 'from', 'tail')
  chooseOne(app, 'raw', 'json')
  const from = parseCount(app, 'from')
  const tail = parseCount(app, 'tail')
  const count = parseCount(app, 'count') ?? Infinity

  const folder = formatKey(Hypercore.discoveryKey(key)) // not the key: a path is easily shown around
  const log = await openLog(app, path.join(app.storage, 'reader-storage', folder), key)
  const { core } = log
  let printer: BlockPrinter | null = null
  let blocks: BlockReader
  log.join()
  showStatus(
    app,
    log,
    'following',
    () => printer?.progress(Math.min(core.length, blocks.end)) ?? null
  )

  const patience = exit ? GIVE_UP : Infinity
  const contact = makeContact(log, patience)
  void waitAtMost(LONELY, contact).then(() => {
    if (log.peers > 0) return
    app.say(
      'nobody found yet: is the key right, and is its writer or a reader of it up and online?'
    )
  })

  const { start, offset } = await findStart(log, contact, { from, tail, patience })
  blocks = new BlockReader(core, { start, offset, lines: count, patience })
  const told = contact.then(async ({ length, failure }) => {
    if (exit) blocks.endAt(length)
    if (!failure)
      await rememberStart(log, start > length ? { start: length, offset: 0 } : { start, offset })
    const what = exit ? 'there is no' : 'waiting for'
    if (start > length) app.say(`the log's length is ${length}; ${what} block ${start}`)
    return failure
  })
  told.catch(app.fail)

  process.stdout.on('error', (err) => app.fail(outputFailure(err)))
  const stopWatching = watchPipeReader(() => app.fail({ code: 'EPIPE' }))
  app.onstop(() => Promise.resolve(stopWatching()))
  const output = checked(process.stdout, app.screen.share(process.stdout))
  if (!raw && !json) output.write(Buffer.from(`Skipping ${start} earlier blocks...\n`), () => {})
  if (!raw && !json && !('isTTY' in process.stdout)) {
    app.say('each block has a prefix here; --raw prints the lines alone, --json an object for each')
  }
  if ((raw || json) && from === null) app.say(`starting at block ${start}`)
  const format = chooseFormat({ raw, json, terminal: 'isTTY' in process.stdout })
  printer = new BlockPrinter(output, {
    start,
    format,
    onprinted: (end) => savePosition(log, blocks.placeBefore(end))
  })
  app.onstop(() => printer.stop())
  await pipelinePromise(blocks, printer)
  if (!blocks.hasAllLines) {
    const failure = await told
    if (failure) throw failure
  }
})

async function makeContact(log: ReplicatedCore, patience: number): Promise<Contact> {
  const contact = withTimeout(patience, log.contact(), 'nobody who has this log answered')
  const failure = await contact.then(
    () => null,
    (err: unknown) => err as Failure
  )
  return { length: log.core.length, failure }
}

import process from 'bare-process'
import Hypercore from 'hypercore'
import { pipelinePromise } from 'streamx'
import { BlockPrinter, BlockReader, chooseFormat, outputFailure } from '../shared/index.js'
import { definitions, findStart, formatKey, logFolder, makeContact } from '../shared/index.js'
import { openLog, parseKey, rememberStart, run, savePosition } from '../shared/index.js'
import { showStatus, storageFailure, Timeout } from '../shared/index.js'

const NOTICE_AFTER = 10_000 // ms without a peer
const PEER_TIMEOUT = 20_000 // ms

run(definitions.reader, async (app) => {
  const { flags, say } = app
  const { from, tail, raw, json, exit, count } = flags
  const patience = exit ? PEER_TIMEOUT : Infinity

  // Open the copy. Its folder has not the key for its name: a path is easily shown around.
  const key = parseKey(app.args.key!)
  const name = formatKey(Hypercore.discoveryKey(key))
  const dir = logFolder(app.storage, 'reader-storage', name)
  const log = await openLog(dir, { key, network: app.network })
  app.onstop(() => log.close())
  log.on('failure', app.fail)
  const { core } = log

  // Join those who share it.
  log.join()
  const status = showStatus(log, 'following', app)
  const contact = makeContact(log, patience)
  const alone = setTimeout(() => {
    if (log.peers > 0) return
    say('nobody found yet: is the key right, and is its writer or a reader of it up and online?')
  }, NOTICE_AFTER)
  void contact.then(() => clearTimeout(alone))

  // Say where it starts.
  const { start, offset } = await findStart(core, contact, { from, tail, patience })
  const blocks = new BlockReader(core, { start, offset, patience })
  blocks.endAt(start + (count ?? Infinity))
  const answered = contact.then(async ({ length, failure }) => {
    if (exit) blocks.endAt(length)
    if (!failure) await rememberStart(core, Math.min(start, length))
    const what = exit ? 'there is no' : 'waiting for'
    if (start > length) say(`the log's length is ${length}; ${what} block ${start}`)
    return failure
  })
  answered.catch(app.fail)
  process.stdout.on('error', (err) => app.fail(outputFailure(err)))
  const output = app.screen.share(process.stdout)
  if (!raw && !json) output.write(Buffer.from(`Skipping ${start} earlier blocks...\n`), () => {})
  else if (from === null) say(`starting at block ${start}`)

  // Print its blocks.
  const format = chooseFormat({ raw, json, terminal: 'isTTY' in process.stdout })
  const onprinted = (end: number): Promise<void> =>
    savePosition(core, end).catch((err: unknown) => {
      throw storageFailure(err, dir)
    })
  const printer = new BlockPrinter(output, { start, format, onprinted })
  app.onstop(() => printer.stop())
  status.progress = () => printer.progress(Math.min(core.length, blocks.end))
  await pipelinePromise(blocks, printer).catch(async (err: unknown) => {
    throw err instanceof Timeout ? ((await answered) ?? err) : err
  })

  // End, as asked or for want of peers.
  if (count !== null && blocks.end === start + count) return
  const failure = await answered
  if (failure) throw failure
})

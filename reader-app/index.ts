import process from 'bare-process'
import { pipelinePromise } from 'streamx'
import {
  BlockPrinter,
  BlockReader,
  checked,
  chooseFormat,
  chooseKey,
  definitions,
  findStart,
  keepStatusFile,
  lostNotice,
  makeContact,
  openLog,
  outputFailure,
  Position,
  printList,
  readerFolder,
  rememberName,
  run,
  showStatus,
  startNotices,
  storageFailure,
  tellOfDamage,
  Timeout,
  watchForLost,
  watchPipeReader
} from '../shared/index.js'

const NOTICE_AFTER = 10_000 // ms without a peer
const PEER_TIMEOUT = 20_000 // ms

run(definitions.reader, async (app) => {
  const { flags, say } = app
  const { from, tail, raw, json, exit, count } = flags
  const patience = exit ? PEER_TIMEOUT : Infinity
  if (flags.list) return printList(app, flags)

  // Open the copy.
  const { key, name } = await chooseKey(app)
  const dir = readerFolder(app.storage, key)
  const log = await openLog(dir, { key, network: app.network, sync: flags.sync })
  app.onstop(() => log.close())
  log.on('failure', app.fail)
  tellOfDamage(log, say)
  keepStatusFile(log, 'reader', app)
  if (name) rememberName(app.storage, { name, key })
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
  const look = from !== null || tail !== null
  const position = await Position.load(core, { look, forget: flags.forget })
  const { start, offset } = await findStart(core, contact, { from, tail, position, patience })
  const blocks = new BlockReader(core, { start, offset, lines: count ?? Infinity, patience })
  const answered = contact.then(async ({ length, failure }) => {
    if (exit) blocks.endAt(length)
    if (!failure)
      await position.begin(start > length ? { start: length, offset: 0 } : { start, offset })
    const what = exit ? 'there is no' : 'waiting for'
    if (start > length) say(`the log's length is ${length}; ${what} block ${start}`)
    return failure
  })
  answered.catch(app.fail)
  const isTerminal = 'isTTY' in process.stdout
  const output = checked(process.stdout, app.screen.share(process.stdout))
  if (!raw && !json) output.write(Buffer.from(`Skipping ${start} earlier blocks...\n`), () => {})
  for (const notice of startNotices({ start, position, flags, isTerminal })) say(notice)

  // Print its blocks.
  process.stdout.on('error', (err) => app.fail(outputFailure(err)))
  const stopWatching = watchPipeReader(() => app.fail({ code: 'EPIPE' }))
  app.onstop(async () => stopWatching())
  const format = chooseFormat({ raw, json, terminal: isTerminal })
  const onprinted = (end: number): Promise<void> =>
    position.move(blocks.placeBefore(end)).catch((err: unknown) => {
      throw storageFailure(err, dir)
    })
  const printer = new BlockPrinter(output, { start, format, onprinted })
  app.onstop(() => printer.stop())
  status.progress = () => printer.progress(Math.min(core.length, blocks.end))
  watchForLost(
    core,
    () => printer.progress(0).block,
    (index) => say(lostNotice(index))
  )
  await pipelinePromise(blocks, printer).catch(async (err: unknown) => {
    throw err instanceof Timeout ? ((await answered) ?? err) : err
  })

  // End, as asked or for want of peers.
  if (blocks.hasAllLines) return
  const failure = await answered
  if (failure) throw failure
})

import { pipelinePromise } from 'streamx'
import {
  asksForSeveral,
  BlockPrinter,
  BlockReader,
  checkOutputFile,
  chooseKey,
  definitions,
  explainSilence,
  Failure,
  findStart,
  gapNotice,
  keepStatusFile,
  lostNotice,
  makeContact,
  openCopy,
  openSink,
  PEER_TIMEOUT,
  printList,
  readerFolder,
  rememberName,
  run,
  showStatus,
  skipGaps,
  storageFailure,
  Sum,
  tellOfBlindPeer,
  tellOfDamage,
  Timeout,
  watchForLost,
  type Chosen
} from '../shared/index.js'
import { readMany, type ReaderApp } from './many.js'
import { mirrorLog } from './mirror.js'

run(definitions.reader, async (app) => {
  const { flags } = app
  if (flags.list) return printList(app, flags)
  const read = flags.mirror ? mirrorLog : readLog
  if (asksForSeveral(app)) return readMany(app, read)
  if (flags.output !== null) checkOutputFile(flags.output)
  await read(app, await chooseKey(app))
})

async function readLog(app: ReaderApp, { key, name }: Chosen): Promise<void> {
  const { flags, say, store } = app
  const { from, tail, exit, count, asStored } = flags
  const patience = exit ? PEER_TIMEOUT : Infinity

  // Open the copy.
  const dir = readerFolder(app.storage, key)
  const look = flags.output === null && (from !== null || tail !== null)
  const options = {
    key,
    network: app.network,
    sync: flags.sync,
    keep: flags.keep,
    look,
    forget: flags.forget,
    store
  }
  const { log, position } = await openCopy(dir, options)
  app.onstop(() => log.close())
  log.on('failure', app.fail)
  tellOfDamage(log, say)
  tellOfBlindPeer(log, say)
  keepStatusFile(log, 'reader', app)
  if (name) rememberName(app.storage, { name, key })
  const { core } = log
  const sink = await openSink(log, app)

  // Join those who share it.
  log.join()
  const status = showStatus(log, 'following', app)
  const contact = explainSilence(log, makeContact(log, patience), app)

  // Say where it starts.
  const wish = { from, tail, position, patience, others: log }
  const { start, offset } = sink.place ?? (await findStart(core, contact, wish))
  const blocks = new BlockReader(core, {
    start,
    offset,
    lines: count ?? Infinity,
    patience,
    asStored
  })
  const answered = contact.then(async ({ length, failure }) => {
    if (exit) blocks.endAt(length)
    if (!failure) {
      await position.begin(start > length ? { start: length, offset: 0 } : { start, offset })
      if (!position.isLook) app.onposition?.()
    }
    const what = exit ? 'there is no' : 'waiting for'
    if (start > length) say(`the log's length is ${length}; ${what} block ${start}`)
    return failure
  })
  answered.catch(app.fail)
  sink.begin(start, position)

  // Print its blocks.
  const isFile = flags.raw && exit && from === 0 && count === null && flags.output === null
  const sum = isFile ? new Sum() : null // of all of it
  const onprinted = async (end: number): Promise<void> => {
    const place = blocks.placeBefore(end)
    await sink.keep(place)
    await position.move(place).catch((err: unknown) => {
      throw storageFailure(err, dir)
    })
    if (!position.isLook) log.keeper?.release(place.start)
  }
  const { output, format, formatGap, atOnce } = sink
  const { gaps } = blocks
  skipGaps(log, blocks, (gap) => say(gapNotice(gap)))
  const printer = new BlockPrinter(output, {
    start,
    format,
    atOnce,
    onprinted,
    gaps,
    formatGap,
    sum
  })
  app.onstop(() => printer.stop())
  status.progress = () => printer.progress(Math.min(core.length, blocks.end))
  watchForLost(
    core,
    () => printer.progress(0).block,
    (index, after) => say(lostNotice(index, after, log.company))
  )
  await pipelinePromise(blocks, printer).catch(async (err: unknown) => {
    throw err instanceof Timeout ? ((await answered) ?? err) : err
  })

  // End, as asked or for want of peers.
  if (blocks.failure) throw blocks.failure
  if (exit && gaps.length > 0)
    throw new Failure('not all of it is here: ' + gaps.map(gapNotice).join('; '))
  if (blocks.hasAllLines) return
  const failure = await answered
  if (failure) throw failure
  if (sum) say(sum.text)
}

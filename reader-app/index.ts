import { pipelinePromise } from 'streamx'
import {
  asksForSeveral,
  bindLog,
  BlockReader,
  checkOutputFile,
  chooseKey,
  definitions,
  explainSilence,
  findStart,
  makeContact,
  makePrinter,
  openCopy,
  openSink,
  PEER_TIMEOUT,
  printList,
  readerFolder,
  refuseGaps,
  rememberName,
  run,
  showStatus,
  Sum,
  Timeout,
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
  const { flags, say, storage, network, store } = app
  const { from, tail, exit, count, asStored, output, sync, keep, forget } = flags
  const patience = exit ? PEER_TIMEOUT : Infinity

  // Open the copy.
  const look = output === null && (from !== null || tail !== null)
  const options = { key, network, store, sync, keep, look, forget }
  const { log, position, mark } = await openCopy(readerFolder(storage, key), options)
  void bindLog(log, 'reader', app)
  if (name) rememberName(storage, { name, key })
  const { core } = log
  const sink = await openSink(log, mark, app)

  // Join those who share it.
  log.join()
  const status = showStatus(log, 'following', app)
  const contact = explainSilence(log, makeContact(log, patience), app)

  // Say where it starts.
  const wish = { from, tail, position, patience, others: log }
  const { start, offset } = sink.place ?? (await findStart(core, contact, wish))
  const lines = count ?? Infinity
  const blocks = new BlockReader(core, { start, offset, lines, patience, asStored })
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
  const isFile = flags.raw && exit && from === 0 && count === null && output === null
  const sum = isFile ? new Sum() : null // of all of it
  const printer = makePrinter(log, { blocks, start, sink, position, status, sum }, app)
  await pipelinePromise(blocks, printer).catch(async (err: unknown) => {
    throw err instanceof Timeout ? ((await answered) ?? err) : err
  })

  // End, as asked or for want of peers.
  if (blocks.failure) throw blocks.failure
  if (exit) refuseGaps(blocks.gaps)
  if (blocks.hasAllLines) return
  const failure = await answered
  if (failure) throw failure
  if (sum) say(sum.text)
}

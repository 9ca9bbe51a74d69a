import {
  bindLog,
  BlockWriter,
  checkInput,
  checkOwnKeep,
  DEFAULT_NAME,
  definitions,
  exportLog,
  FileInput,
  formatKey,
  HandOver,
  heldNotice,
  ingest,
  openOwnLog,
  ownLogNotices,
  printList,
  recoverLost,
  run,
  SHARED_IN_PART,
  showStatus,
  stdin,
  storageFailure,
  wholeKey
} from '../shared/index.js'

run(definitions.writer, async (app) => {
  const { flags, say } = app
  if (flags.list) return printList(app, flags)
  checkOwnKeep(flags.keep)
  if (flags.handOver === null) checkInput()
  const handOver = flags.handOver === null ? null : new HandOver(app)

  // Open the log, and say whose it is.
  const name = handOver?.name ?? flags.log ?? DEFAULT_NAME
  const { log, isNew } = await openOwnLog(app, name)
  const closed = bindLog(log, 'writer', app)
  const { core, dir } = log
  const key = formatKey(wholeKey(core))
  const printed = app.printOut(`hypercore key: ${key}\n`)
  if (flags.export) {
    await printed
    await exportLog(core, dir)
    return say(`exported: start the writer elsewhere with --import and a copy of ${dir}`)
  }
  const invitation = handOver?.invitation(key) ?? `to follow it: ${app.commandOf('reader', key)}`
  for (const notice of ownLogNotices({ log, name, isNew, invitation })) say(notice)

  // Share it. A reader with --exit takes what is there for all there is: a file to hand over is shared as a whole.
  const source = handOver?.input ?? stdin(app.screen)
  const isFile = source instanceof FileInput && !source.isDevice
  const untilSync = flags.untilSync ?? (handOver ? 1 : null)
  const isWhole = handOver ? !handOver.isShared : untilSync !== null && isFile
  if (!isWhole) log.join()
  if (untilSync && !isWhole && !handOver) say(SHARED_IN_PART)
  const doing = handOver ? 'handing over to' : 'serving'
  const status = showStatus(log, doing, app, doing)
  status.progress = () =>
    handOver?.progress(log, untilSync!) ?? { block: core.length, bytes: core.byteLength }

  // Move the input into it.
  const ready = recoverLost(log, app)
  const blocks = new BlockWriter(core, {
    binary: flags.binary,
    ready,
    take: handOver?.takeFor(log)
  })
  const input = ingest(source, blocks, handOver?.what)
  app.onstop(async () => {
    input.stop()
    log.stopRecovery()
    await input.done
  })
  const ended = await input.done.catch((err: unknown) => {
    throw handOver?.explain(err) ?? storageFailure(err, dir)
  })
  await log.sync()
  if (ended) await handOver?.seal()
  say(`${ended ? 'end of input' : 'stopped'}, all committed: length ${core.length}`)

  // Stay for those who read it.
  if (isWhole && ended) log.join()
  if (ended && untilSync !== null) {
    await log.holders.waitFor(untilSync)
    if (untilSync !== 0) say((await handOver?.finish(untilSync)) ?? heldNotice(untilSync))
    return printed
  }
  if (ended) say('serving readers until stopped')
  await closed
})

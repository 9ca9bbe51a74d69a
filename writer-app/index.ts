import {
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
  importLog,
  ingest,
  isLog,
  keepNotice,
  keepStatusFile,
  lossNotice,
  nowhereNotice,
  openLog,
  printList,
  requireLog,
  run,
  showStatus,
  stdin,
  storageFailure,
  tellOfBlindPeer,
  tellOfDamage,
  wholeKey,
  writerFolder
} from '../shared/index.js'

run(definitions.writer, async (app) => {
  const { flags, say } = app
  if (flags.list) return printList(app, flags)

  // Open the log, and say whose it is.
  const handOver = flags.handOver === null ? null : new HandOver(app)
  const untilSync = flags.untilSync ?? (handOver ? 1 : null)
  if (!handOver) checkInput()
  const name = handOver?.name ?? flags.log ?? DEFAULT_NAME
  const dir = writerFolder(app.storage, name)
  if (flags.export || flags.onlyCopy) requireLog(dir)
  if (flags.import) await importLog(flags.import, dir)
  const isNew = !isLog(dir)
  const log = await openLog(dir, {
    network: app.network,
    sync: flags.sync,
    keep: checkOwnKeep(flags.keep),
    onlyCopy: flags.onlyCopy,
    kind: { compressed: flags.compress, encrypted: flags.encrypt }
  })
  app.onstop(() => log.close())
  log.on('failure', app.fail)
  tellOfDamage(log, say)
  tellOfBlindPeer(log, say)
  keepStatusFile(log, 'writer', app)
  const closed = new Promise<void>((resolve) => log.once('close', resolve))
  const { core } = log
  const key = formatKey(wholeKey(core))
  const printed = app.printOut(`hypercore key: ${key}\n`)
  if (flags.export) {
    await printed
    exportLog(core, dir)
    return say(`exported: start the writer elsewhere with --import and a copy of ${dir}`)
  }
  say(isNew ? `new log "${name}"` : `log "${name}" goes on at block ${core.length}`)
  say(handOver?.invitation(key) ?? `to follow it: ${app.commandOf('reader', key)}`)
  if (log.keeper) say(keepNotice(log.keeper.size))
  if (!flags.sync) say('--no-sync: readers may have blocks that a power cut takes from this disk')
  if (log.missing > 0) say(lossNotice(log))

  // Share it. A reader with --exit takes what is there for all there is: a file to hand over is shared as a whole.
  const source = handOver?.input ?? stdin(app.screen)
  const isFile = source instanceof FileInput && !source.isDevice
  const whole = handOver ? !handOver.isShared : untilSync !== null && isFile
  if (!whole) log.join()
  if (untilSync && !whole && !handOver) {
    say(
      'shared as it comes in: a reader with --exit may take a part of it for all; --hand-over - shares it as a whole'
    )
  }
  const doing = handOver ? 'handing over to' : 'serving'
  const status = showStatus(log, doing, app, doing)
  status.progress = () =>
    handOver?.progress(log, untilSync!) ?? { block: core.length, bytes: core.byteLength }
  log.on('recovered', () => say('all blocks are here again'))
  log.on('lost', (index: number) => say(nowhereNotice(index)))
  const ready = log.recover().then((lost) => {
    if (flags.onlyCopy && log.peers === 0) {
      say(
        'no reader is there to ask for newer blocks: if there were any, the log ends at the next ones'
      )
    }
    if (lost > 0) say(`the last ${lost} of ${core.length} blocks come from a reader`)
  })

  // Move the input into it.
  const take = handOver?.takeFor(log)
  const blocks = new BlockWriter(core, { binary: flags.binary, ready, take })
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
  if (whole && ended) log.join()
  if (ended && untilSync !== null) {
    await log.holders.waitFor(untilSync)
    if (untilSync === 0) return printed
    say((await handOver?.finish(untilSync)) ?? heldNotice(untilSync))
    return printed
  }
  if (ended) say('serving readers until stopped')
  await closed
})

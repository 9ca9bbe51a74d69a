import {
  definitions,
  openLog,
  logFolder,
  requireLog,
  exportLog,
  importLog
} from '../shared/index.js'
import { BlockWriter, FileInput, formatKey, ingest, run, stdin } from '../shared/index.js'
import { showStatus, storageFailure } from '../shared/index.js'

run(definitions.writer, async (app) => {
  const { flags, say } = app
  const { untilSync } = flags

  // Open the log, and say whose it is.
  const dir = logFolder(app.storage, 'writer-storage')
  if (flags.export || flags.onlyCopy) requireLog(dir)
  if (flags.import) await importLog(flags.import, dir)
  const log = await openLog(dir, { network: app.network, onlyCopy: flags.onlyCopy })
  app.onstop(() => log.close())
  log.on('failure', app.fail)
  const closed = new Promise<void>((resolve) => log.once('close', resolve))
  const { core } = log
  const key = formatKey(core.key)
  const printed = app.printOut(`hypercore key: ${key}\n`)
  if (flags.export) {
    await printed
    exportLog(core, dir)
    return say(`exported: start the writer elsewhere with --import and a copy of ${dir}`)
  }
  say(`to follow it: ${app.commandOf('reader', key)}`)

  // Share it. A reader with --exit takes what is there for all there is: a file to hand over is shared as a whole.
  const source = stdin(app.screen)
  const whole = untilSync !== null && source instanceof FileInput
  if (!whole) log.join()
  const status = showStatus(log, 'serving', app)
  status.progress = () => ({ block: core.length, bytes: core.byteLength })
  log.on('recovered', () => say('all blocks are here again'))
  const ready = log.recover().then((lost) => {
    if (flags.onlyCopy && log.peers === 0) {
      say(
        'no reader is there to ask for newer blocks: if there were any, the log ends at the next ones'
      )
    }
    if (lost > 0) say(`the last ${lost} of ${core.length} blocks come from a reader`)
  })

  // Move standard input into it.
  const input = ingest(source, new BlockWriter(core, { binary: flags.binary, ready }))
  app.onstop(async () => {
    input.stop()
    await input.done
  })
  const ended = await input.done.catch((err: unknown) => {
    throw storageFailure(err, dir)
  })
  say(`${ended ? 'end of input' : 'stopped'}, all committed: length ${core.length}`)

  // Stay for those who read it.
  if (whole) log.join()
  if (ended && untilSync !== null) {
    await log.waitForHolders(untilSync)
    if (untilSync === 0) return printed
    say(`${untilSync} ${untilSync === 1 ? 'reader holds' : 'readers hold'} the whole log`)
    return printed
  }
  if (ended) say('serving readers until stopped')
  await closed
})

import path from 'bare-path'
import { run } from '../shared/host/app.js'
import { BlockWriter } from '../shared/log/block-writer.js'
import { chooseOne, parseCount } from '../shared/host/command-line.js'
import { storageFailure } from '../shared/log/errors.js'
import { ingest } from '../shared/terminal/ingest.js'
import { formatKey } from '../shared/log/key.js'
import { checkThere, exportLog, importLog } from '../shared/storage/move-log.js'
import { openLog } from '../shared/storage/open-log.js'
import { showStatus } from '../shared/terminal/status.js'
import { checkInput } from '../shared/terminal/standard-streams.js'
import { FileInput, stdin } from '../shared/terminal/stdin.js'

const writer = {
  name: 'writer' as const,
  summary:
    'Append standard input to a log of your own, and share it with everyone who has its key.',
  flags: {
    '--binary': 'cut blocks as the bytes come, not where lines end',
    '--until-sync <n>': 'stop once n readers hold all of it (0: once on disk)',
    '--export': 'end the log here, to go on with it elsewhere',
    '--import <dir>': 'go on with the exported log in this folder'
  },
  examples: (self: string) => [self, `make 2>&1 | ${self}`, `${self} --until-sync 1 < file`]
}

run(writer, async (app) => {
  const untilSync = parseCount(app, 'until-sync')
  checkInput()
  const dir = path.join(app.storage, 'writer-storage')
  chooseOne(app, 'export', 'import')
  if (app.flags.export) checkThere(dir)
  if (typeof app.flags.import === 'string') await importLog(app.flags.import, dir)
  const log = await openLog(app, dir, null)
  const { core } = log
  const closed = new Promise<void>((resolve) => log.once('close', resolve))

  const key = formatKey(core.key)
  const printed = app.printOut(`hypercore key: ${key}\n`)
  if (app.flags.export) {
    await printed
    exportLog(core, dir)
    return app.say(`exported: start the writer elsewhere with --import and a copy of ${dir}`)
  }
  app.say(`to follow it: ${app.commandOf('reader', key)}`)

  const source = stdin(app.screen)
  // A reader with --exit takes what is there for all there is: a file to hand over is shared as a whole.
  const whole = untilSync !== null && source instanceof FileInput && !source.isDevice
  if (!whole) log.join()
  if (untilSync !== null && !whole) {
    app.say('shared as it comes in: a reader with --exit may take a part of it for all')
  }
  showStatus(app, log, 'serving', () => ({ block: core.length, bytes: core.byteLength }))

  log.on('recovered', () => app.say('all blocks are here again'))
  const ready = log.recover().then((lost) => {
    if (lost > 0) app.say(`the last ${lost} of ${core.length} blocks come from a reader`)
  })
  const blocks = new BlockWriter(core, { binary: app.flags.binary === true, ready })
  const input = ingest(source, blocks)
  app.onstop(async () => {
    input.stop()
    await input.done
  })

  const ended = await input.done.catch((err: unknown) => {
    throw storageFailure(err, log.dir)
  })
  app.say(`${ended ? 'end of input' : 'stopped'}, all committed: length ${core.length}`)
  if (whole) log.join()
  if (ended && untilSync !== null) {
    await log.heldBy(untilSync)
    if (untilSync > 0) {
      app.say(`${untilSync} ${untilSync === 1 ? 'reader holds' : 'readers hold'} the whole log`)
    }
    return printed
  }
  if (ended) app.say('serving readers until stopped')
  await closed
})

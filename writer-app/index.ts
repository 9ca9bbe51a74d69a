import path from 'bare-path'
import process from 'bare-process'
import { run } from '../shared/app.js'
import { BlockWriter } from '../shared/block-writer.js'
import { outputFailure, storageFailure } from '../shared/errors.js'
import { ingest } from '../shared/ingest.js'
import { formatKey } from '../shared/key.js'
import { openLog } from '../shared/open-log.js'
import { stdin } from '../shared/stdin.js'

const writer = {
  name: 'writer',
  summary: 'Append standard input to a log of your own, and share it with everyone who has its key.'
}

run(writer, async (app) => {
  const log = await openLog(app, path.join(app.storage, 'writer-storage'), null)
  const closed = new Promise<void>((resolve) => log.once('close', resolve))

  process.stdout.on('error', (err: Error & { code?: string }) => {
    if (err.code !== 'EPIPE') app.fail(outputFailure(err)) // who took the key may go, as `head` does
  })
  process.stdout.write(`hypercore key: ${formatKey(log.core.key)}\n`)

  const input = ingest(stdin(), new BlockWriter(log.core))
  app.onstop(async () => {
    input.stop()
    await input.done
  })

  const ended = await input.done.catch((err: unknown) => {
    throw storageFailure(err, log.dir)
  })
  app.say(`${ended ? 'end of input' : 'stopped'}, all committed: length ${log.core.length}`)
  if (ended) app.say('serving readers until stopped')
  await closed
})

import {
  bindLog,
  explainSilence,
  heldAllNotice,
  makeContact,
  Mirror,
  openCopy,
  PEER_TIMEOUT,
  readerFolder,
  rememberName,
  showStatus,
  splitKey,
  type Chosen
} from '../shared/index.js'
import type { ReaderApp } from './many.js'

/**
 * A run with `--mirror`: keeps a log on disk, all of it or with `--keep` the newest part, and passes it on. It
 * needs no secret, and keeps none. With `--exit`, it ends once it holds what is there.
 */
export async function mirrorLog(app: ReaderApp, { key: given, name }: Chosen): Promise<void> {
  const { flags, say, store } = app
  const patience = flags.exit ? PEER_TIMEOUT : Infinity

  // Open the copy.
  const { key } = splitKey(given)
  const dir = readerFolder(app.storage, key)
  const { network } = app
  const { keep } = flags
  const { log } = await openCopy(dir, { key, network, store, sync: true, keep, isMirror: true })
  const mirror = new Mirror(log)
  const closed = bindLog(log, 'reader', app, mirror)
  if (name) rememberName(app.storage, { name, key })

  // Join those who share it, and take what they have.
  log.join()
  mirror.start()
  showStatus(log, 'keeping the log with', app).progress = () => mirror.progress
  const contact = explainSilence(log, makeContact(log, patience), app)
  const holdsAll = contact.then(async ({ length, failure }) => {
    if (failure) throw failure
    await mirror.holds(length, patience)
    say(heldAllNotice(log.core, mirror.held))
  })
  if (flags.exit) return holdsAll

  // Stay for those who read it.
  holdsAll.catch(app.fail)
  await closed
}

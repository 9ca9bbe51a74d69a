import path from 'bare-path'
import {
  checkOutputFolder,
  chooseLogs,
  makeBoard,
  openTogether,
  Parts,
  refuseForSeveral,
  shareOutput,
  sharedDatabase,
  type App,
  type Board,
  type Chosen,
  type definitions,
  type OutputShare,
  type SharedStore
} from '../shared/index.js'

const STATUS_EVERY = 100 // ms, for each log, of which many may change every second
const AT_POSITION = { from: null, tail: null, forget: false }

/** The reader of one log; one of several has more that is for all of them. */
export interface ReaderApp extends App<typeof definitions.reader.flags> {
  store?: SharedStore | null
  share?: OutputShare | null
  board?: Board | null
  statusEvery?: number
  /** The position of the log is set. */
  onposition?: () => void
}

/**
 * Reads several logs, each of them by `readLog` as if it were the only one: it has its own position, its own
 * errors and its own end. One swarm, one database and one output are for all.
 */
export async function readMany(
  app: ReaderApp,
  readLog: (app: ReaderApp, log: Chosen) => Promise<void>
): Promise<void> {
  const { flags, say } = app
  const { output } = flags
  refuseForSeveral(flags)
  if (output !== null) checkOutputFolder(output)
  const logs = await chooseLogs(app)

  // Open what is for all.
  const look = output === null && !flags.forget && (flags.from !== null || flags.tail !== null)
  const together = await openTogether(sharedDatabase(app.storage), {
    network: app.network,
    look
  })
  app.onstop(() => together.close())
  const { store, network } = together
  const shareFor = output === null && !flags.mirror ? shareOutput(app) : null
  const board = makeBoard(app)
  const collected = new Set<string>()
  const statusEvery = Math.max(1000, logs.length * STATUS_EVERY)

  // Read each.
  const parts = new Parts(app, (log, own) => {
    const file = output === null ? null : path.join(output, `${log.name}.log`)
    const share = shareFor?.(log.name) ?? null
    const starts = collected.has(log.name) ? AT_POSITION : {} // it was taken away, and comes back
    const its = { ...app, ...own, flags: { ...flags, ...starts, output: file }, share }
    const onposition = (): void => void collected.add(log.name)
    return readLog({ ...its, network, store, board, statusEvery, onposition }, log)
  })
  app.onstop(() => parts.stop())
  await parts.set(logs)

  // Other logs, and other files, as asked.
  const readAgain = async (): Promise<void> => {
    if (flags.logs !== null) await parts.set(await chooseLogs(app))
  }
  const onhangup = (): void => {
    parts.hangUp()
    readAgain().catch((err: Error) => say(`${err.message}; the same logs are followed as before`))
  }
  if (flags.logs !== null || output !== null) app.onhangup(onhangup)

  await parts.ended
  parts.tell()
}

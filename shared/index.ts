// The door: what the two apps are made of, for them and for other programs.
/* oxlint-disable typescript/triple-slash-reference -- the types of packages that ship none go along */
/// <reference path="./types/hypercore.d.ts" preserve="true" />
/// <reference path="./types/hyperswarm.d.ts" preserve="true" />
/// <reference path="./types/packages.d.ts" preserve="true" />

export { BlockReader } from './log/block-reader.js'
export { BlockWriter } from './log/block-writer.js'
export { wholeKey } from './log/encryption.js'
export { Failure, Timeout, UsageError } from './log/errors.js'
export { gapNotice } from './log/gap.js'
export { formatKey, parseKey, splitKey } from './log/key.js'
export { findStart } from './log/start.js'
export { Sum } from './log/sum.js'
export { waitAtMost, withTimeout } from './log/timeout.js'
export { makeContact, PEER_TIMEOUT } from './peers/contact.js'
export { skipGaps } from './peers/gaps.js'
export { watchForLost } from './peers/lost-block.js'
export { Mirror } from './peers/mirror.js'
export type { Network, ReplicatedCore } from './peers/replicated-core.js'
export { lossNotice, storageFailure } from './storage/failures.js'
export { isLog } from './storage/folder.js'
export { DEFAULT_NAME, readerFolder, sharedDatabase, writerFolder } from './storage/layout.js'
export { exportLog, importLog, requireLog } from './storage/move-log.js'
export { openCopy } from './storage/look.js'
export { checkOutputFile, checkOutputFolder } from './storage/output-failures.js'
export { openLog } from './storage/open-log.js'
export { rememberName } from './storage/remembered.js'
export type { SharedStore } from './storage/shared-store.js'
export { openTogether } from './storage/together.js'
export { keepStatusFile } from './storage/status-file.js'
export { tellOfBlindPeer } from './terminal/blind-peer-notices.js'
export { makeBoard } from './terminal/board.js'
export { BlockPrinter } from './terminal/block-printer.js'
export { HandOver } from './terminal/hand-over.js'
export { ingest } from './terminal/ingest.js'
export { checkOwnKeep, keepNotice } from './terminal/keep-notices.js'
export {
  heldAllNotice,
  heldNotice,
  lostNotice,
  nowhereNotice,
  tellOfDamage
} from './terminal/notices.js'
export { printList } from './terminal/list.js'
export { explainSilence } from './terminal/silence.js'
export { shareOutput, type OutputShare } from './terminal/output-of-several.js'
export { openSink } from './terminal/sink.js'
export { checkInput } from './terminal/standard-streams.js'
export { showStatus, type Board } from './terminal/status.js'
export { FileInput, stdin } from './terminal/stdin.js'
export { chooseKey, type Chosen } from './host/choose-key.js'
export { asksForSeveral, chooseLogs } from './host/choose-logs.js'
export * as definitions from './host/definitions.js'
export { Parts } from './host/parts.js'
export { isExecutable, isFromNpm, start } from './host/program-name.js'
export { run, type App } from './host/run.js'
export { refuseForSeveral } from './host/several.js'

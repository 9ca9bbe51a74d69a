// The door: what the two apps are made of, for them and for other programs.
/* oxlint-disable typescript/triple-slash-reference -- the types of packages that ship none go along */
/// <reference path="./types/hypercore.d.ts" preserve="true" />
/// <reference path="./types/hyperswarm.d.ts" preserve="true" />
/// <reference path="./types/packages.d.ts" preserve="true" />

export { BlockReader } from './log/block-reader.js'
export { BlockWriter } from './log/block-writer.js'
export { Failure, Timeout, UsageError } from './log/errors.js'
export { formatKey, parseKey } from './log/key.js'
export { savePosition } from './log/position.js'
export { findStart, rememberStart } from './log/start.js'
export { makeContact } from './peers/contact.js'
export type { Network, ReplicatedCore } from './peers/replicated-core.js'
export { storageFailure } from './storage/failures.js'
export { logFolder } from './storage/folder.js'
export { exportLog, importLog, requireLog } from './storage/move-log.js'
export { openLog } from './storage/open-log.js'
export { BlockPrinter } from './terminal/block-printer.js'
export { chooseFormat } from './terminal/format.js'
export { ingest } from './terminal/ingest.js'
export { outputFailure } from './terminal/output.js'
export { showStatus } from './terminal/status.js'
export { FileInput, stdin } from './terminal/stdin.js'
export * as definitions from './host/definitions.js'
export { run } from './host/run.js'

/**
 * Options of the database of logs that stay whole. Nothing in it is ever garbage, so no blob file is written anew;
 * with RocksDB's own 0.25, compaction does that to a quarter of them. Two buffers of 16 MiB in place of 64 take 80 MB
 * less memory, and no more time.
 */
export const WHOLE = {
  blobGarbageCollectionAgeCutOff: 0,
  writeBufferSize: 16 * 1024 * 1024
}

/**
 * Those of logs of which a part stays. What is cleared is the oldest: whole blob files fall free, if they are small,
 * and none has to be written anew. What is written waits in the write-ahead log and in memory, so that is small, too.
 * There are many files then: not all of them are open.
 */
export const KEEPING = {
  blobFileSize: 8 * 1024 * 1024,
  blobGarbageCollectionAgeCutOff: 0,
  writeBufferSize: 4 * 1024 * 1024,
  maxOpenFiles: 256
}

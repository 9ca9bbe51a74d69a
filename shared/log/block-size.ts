const OVERHEAD = 64

/**
 * The bytes that a block counts for in a stream's buffer. An empty one takes memory, too, and one of 0
 * bytes at the end of a stream is lost in streamx 2.28, which takes a buffer of 0 bytes for empty.
 */
export function bufferedSize(block: Uint8Array): number {
  return block.byteLength + OVERHEAD
}

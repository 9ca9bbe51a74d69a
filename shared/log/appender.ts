import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { storedAs } from './content.js'
import { kindOf } from './kind.js'

// Bytes. With 2 MiB, a plain log grows a tenth slower (bench/RESULTS.md); to compress them holds up all else.
const GATHERED = 6 * 1024 * 1024
const GATHERED_COMPRESSED = 2 * 1024 * 1024

/** How many bytes of a flood gather for an append. */
export function gatheredFor(core: Hypercore): number {
  return kindOf(core)?.compressed ? GATHERED_COMPRESSED : GATHERED
}

/** How a log is appended to. */
export interface Appender {
  /** Makes of content what `append` takes; to be called for the next blocks while an append is in flight. */
  prepare(content: Uint8Array): Uint8Array
  append(prepared: Uint8Array[]): Promise<{ length: number }>
}

/**
 * Of a log whose kind is known. Hypercore copies each block of an encrypted log, to have room for the padding
 * before it, while the next append waits: here, the room is made ahead of that. Hypercore encrypts in it.
 */
export function appenderOf(core: Hypercore): Appender {
  const stored = storedAs(core)
  const { padding } = core
  if (padding === 0) return { prepare: stored, append: (blocks) => core.append(blocks) }

  const session = core.session({ weak: true, encodeBatch: (blocks) => blocks })
  return {
    prepare(content) {
      const block = stored(content)
      const prepared = b4a.allocUnsafe(padding + block.byteLength)
      prepared.set(block, padding)
      return prepared
    },
    append: (blocks) => session.append(blocks)
  }
}

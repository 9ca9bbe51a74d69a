import b4a from 'b4a'
import { Gunzip, gzipSync } from 'bare-zlib'

// A higher level takes three times as long, and makes log lines a quarter smaller (docs/compression.md).
const LEVEL = 1
const STORED = 0 // level: zlib's stored blocks
const SAMPLE = 8 * 1024 // bytes
const SHRUNK = 0.9 // of the size before
const FRAME = 64 // bytes, more than a gzip member's header and end

/**
 * Makes gzip members. What does not shrink costs five times what log lines cost, so after such bytes a sample
 * of what comes next decides whether that is stored as it is.
 */
export class Compressor {
  #isHard = false

  compress(bytes: Uint8Array): Uint8Array {
    if (this.#isHard && bytes.byteLength > SAMPLE) {
      const middle = (bytes.byteLength - SAMPLE) >> 1
      const sample = bytes.subarray(middle, middle + SAMPLE)
      if (!isShrunk(sample, gzip(sample, LEVEL))) return gzip(bytes, STORED)
    }
    const member = gzip(bytes, LEVEL)
    this.#isHard = !isShrunk(bytes, member)
    return member
  }
}

// Internal of bare-zlib 1.4.1, whose streams cannot be used twice.
interface State {
  reset(): void
  /** The output that this input gives. Throws an Error when it is no gzip, or gives too much. */
  transform(input: Uint8Array): Iterable<Uint8Array>
}

/** Inflates gzip members of at most `limit` bytes. */
export class Inflater {
  readonly #state: State

  constructor(limit: number) {
    const gunzip = new Gunzip({ chunkSize: limit + 1, maxOutputLength: limit })
    const { _state: state } = gunzip as unknown as { _state: State }
    this.#state = state
  }

  /** What `member` holds; throws an Error when it is not one whole gzip member, or holds more. */
  inflate(member: Uint8Array): Uint8Array {
    this.#state.reset()
    // Bytes after a member, and an end that is missing, are no errors to zlib. The last byte is the highest of
    // the length: a wrong one is refused exactly if the member ends there.
    const end = Math.max(0, member.byteLength - 1)
    const [last = 0] = member.subarray(end)
    const output = this.#transform(member.subarray(0, end))
    let refusal = ''
    try {
      this.#transform(b4a.from([last ^ 0xff]))
    } catch (err) {
      refusal = (err as Error).message
    }
    if (!refusal.includes('incorrect length check') || output.byteLength >>> 24 !== last) {
      throw new Error('it is not one whole gzip member')
    }
    return output
  }

  #transform(bytes: Uint8Array): Uint8Array {
    const chunks = [...this.#state.transform(bytes)]
    return chunks.length === 1 ? chunks[0]! : b4a.concat(chunks)
  }
}

function gzip(bytes: Uint8Array, level: number): Uint8Array {
  return gzipSync(bytes, { level, chunkSize: bytes.byteLength + FRAME })
}

function isShrunk(bytes: Uint8Array, member: Uint8Array): boolean {
  return member.byteLength < bytes.byteLength * SHRUNK
}

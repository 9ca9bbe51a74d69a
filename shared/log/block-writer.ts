import b4a from 'b4a'
import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { Writable } from 'streamx'

const BLOCK_LIMIT = 256 * 1024
const HIGH_WATER_MARK = 2 * 1024 * 1024
const NEWLINE = 0x0a

type Callback = (err: Error | null) => void

interface Options {
  /** The most bytes of a block. */
  limit?: number
  /** Blocks of bytes as they come, rather than of whole lines. */
  binary?: boolean
  /** Nothing is appended before. */
  ready?: Promise<unknown>
}

/**
 * Appends the bytes written to it as blocks of whole lines, `limit` bytes at most. Lines that arrive
 * together share a block. While one append is in flight the next batch gathers, so that a lone line
 * is appended at once and a flood in few, full blocks.
 */
export class BlockWriter extends Writable {
  readonly #core: Hypercore
  readonly #limit: number
  readonly #binary: boolean
  readonly #ready: Promise<unknown>
  #pushed: Promise<unknown> = Promise.resolve()
  #rest: Uint8Array = b4a.alloc(0) // a line not yet terminated, shorter than `limit`

  constructor(
    core: Hypercore,
    { limit = BLOCK_LIMIT, binary = false, ready = Promise.resolve() }: Options = {}
  ) {
    super({ highWaterMark: HIGH_WATER_MARK })
    this.#core = core
    this.#limit = limit
    this.#binary = binary
    this.#ready = ready
  }

  override _open(cb: Callback): void {
    this.#ready.then(() => cb(null), cb)
  }

  override _writev(chunks: Uint8Array[], cb: Callback): void {
    const bytes = b4a.concat([this.#rest, ...chunks])
    if (this.#binary) return this.#append(splitBytes(bytes, this.#limit), cb)
    const { blocks, rest } = splitBlocks(bytes, this.#limit)
    this.#rest = b4a.from(rest) // a copy, which does not hold on to the whole batch
    this.#append(blocks, cb)
  }

  override _final(cb: Callback): void {
    this.#append(this.#rest.byteLength > 0 ? [this.#rest] : [], (err) => {
      void this.#pushed.then(() => cb(err))
    })
  }

  #append(blocks: Uint8Array[], cb: Callback): void {
    if (blocks.length === 0) return cb(null)
    this.#core.append(blocks).then(({ length }) => {
      if (blocks.length === 1) this.#push(length - 1)
      cb(null)
    }, cb)
  }

  // A lone block goes out at once, instead of after an announcement and a request. Not to a peer with
  // something in its way: that one is catching up, and asks for what it needs.
  #push(index: number): void {
    const free = this.#core.peers.filter((peer) => peer.protomux.drained)
    this.#pushed = Promise.all(free.map((peer) => peer.push(index))).catch(safetyCatch)
  }
}

/**
 * Cuts bytes into blocks of as many whole lines as fit in `limit` bytes, and a rest without a newline.
 * A line longer than `limit` is cut there, but not inside a UTF-8 character.
 */
export function splitBlocks(
  bytes: Uint8Array,
  limit: number
): { blocks: Uint8Array[]; rest: Uint8Array } {
  const blocks: Uint8Array[] = []
  let start = 0

  while (true) {
    const full = bytes.byteLength - start >= limit
    const newline = bytes.lastIndexOf(NEWLINE, full ? start + limit - 1 : bytes.byteLength - 1)
    let end = newline + 1
    if (end <= start) {
      if (!full) break
      end = characterStart(bytes, start, start + limit)
    }
    blocks.push(bytes.subarray(start, end))
    start = end
  }

  return { blocks, rest: bytes.subarray(start) }
}

function splitBytes(bytes: Uint8Array, limit: number): Uint8Array[] {
  const count = Math.ceil(bytes.byteLength / limit)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * limit, (i + 1) * limit))
}

// The start of the character that `end` falls into, or `end` where the bytes are not UTF-8.
function characterStart(bytes: Uint8Array, start: number, end: number): number {
  let i = end
  while (i > start && end - i < 4 && isContinuation(bytes[i])) i--
  return i === start || isContinuation(bytes[i]) ? end : i
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

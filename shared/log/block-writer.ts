import b4a from 'b4a'
import type Hypercore from 'hypercore'
import type { Timeout } from 'bare-timers'
import safetyCatch from 'safety-catch'
import { Writable } from 'streamx'
import { appenderOf, gatheredFor, type Appender } from './appender.js'
import { BLOCK_LIMIT } from './content.js'
import { Pusher } from './pusher.js'
import { splitBlocks, splitBytes, wholeCharacters } from './split.js'

const QUIET = 1000 // ms

type Callback = (err: Error | null) => void

interface Options {
  /** The most bytes of a block, before it is compressed. */
  limit?: number
  /** Blocks of bytes as they come, rather than of whole lines. */
  binary?: boolean
  /** Nothing is appended before. */
  ready?: Promise<unknown>
  /** After how many milliseconds without more of it a line without an end goes out as it is. */
  quiet?: number
  /** Of what is written, resolves to what is to be appended. */
  take?: ((chunks: Uint8Array[]) => Promise<Uint8Array[]>) | undefined
}

/**
 * Appends the bytes written to it as blocks of whole lines, `limit` bytes at most. Lines that arrive
 * together share a block. While one append is in flight the next batch gathers, so that a lone line
 * is appended at once and a flood in few, full blocks; of a flood, the next batch is compressed meanwhile,
 * too. What has no newline after a second of quiet, as a question or a progress bar, goes out as a block of its
 * own.
 */
export class BlockWriter extends Writable {
  readonly #core: Hypercore
  readonly #limit: number
  readonly #binary: boolean
  readonly #ready: Promise<unknown>
  readonly #quiet: number
  readonly #take: (chunks: Uint8Array[]) => Promise<Uint8Array[]>
  #timer: Timeout | null = null
  #flushed: Promise<void> = Promise.resolve()
  #pushed: Promise<unknown> = Promise.resolve()
  #appending: Promise<void> = Promise.resolve()
  #appender: Appender | null = null
  readonly #pusher: Pusher
  #rest: Uint8Array = b4a.alloc(0) // a line not yet terminated, shorter than `limit`

  constructor(
    core: Hypercore,
    {
      limit = BLOCK_LIMIT,
      binary = false,
      ready = Promise.resolve(),
      quiet = QUIET,
      take = async (chunks) => chunks
    }: Options = {}
  ) {
    super({ highWaterMark: gatheredFor(core) })
    this.#core = core
    this.#pusher = new Pusher(core)
    this.#limit = limit
    this.#binary = binary
    this.#ready = ready
    this.#quiet = quiet
    this.#take = take
  }

  override _open(cb: Callback): void {
    Promise.all([this.#core.ready(), this.#ready]).then(() => cb(null), cb)
  }

  override _writev(chunks: Uint8Array[], cb: Callback): void {
    this.#stopTimer()
    const size = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)
    const done: Callback = (err) => {
      const pause = !err && size < this.#limit ? this.#pusher.pause : 0
      if (pause === 0) cb(err)
      else setTimeout(() => cb(null), pause)
    }
    this.#flushed.then(() => this.#take(chunks)).then((taken) => this.#write(taken, done), done)
  }

  override _final(cb: Callback): void {
    this.#stopTimer()
    void this.#flushed.then(() => {
      this.#append(this.#rest.byteLength > 0 ? [this.#rest] : [], (err) => {
        if (err) return cb(err)
        Promise.all([this.#appending, this.#pushed]).then(() => cb(null), cb)
      })
    })
  }

  override _destroy(cb: Callback): void {
    this.#stopTimer()
    cb(null)
  }

  #write(chunks: Uint8Array[], cb: Callback): void {
    const bytes = b4a.concat([this.#rest, ...chunks])
    if (this.#binary) return this.#append(splitBytes(bytes, this.#limit), cb)
    const { blocks, rest } = splitBlocks(bytes, this.#limit)
    this.#rest = b4a.from(rest) // a copy, which does not hold on to the whole batch
    this.#append(blocks, (err) => {
      if (!err && rest.byteLength > 0) this.#startTimer()
      cb(err)
    })
  }

  #startTimer(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      const end = wholeCharacters(this.#rest, this.#rest.byteLength)
      if (end === 0) return
      const block = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end)
      this.#flushed = new Promise((resolve) => {
        this.#append([block], (err) => {
          if (err) this.destroy(err)
          resolve()
        })
      })
    }, this.#quiet)
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #append(blocks: Uint8Array[], cb: Callback): void {
    if (blocks.length === 0) return cb(null)
    const appender = (this.#appender ??= appenderOf(this.#core))
    const prepared = blocks.map((block) => appender.prepare(block))
    const isFlood = blocks[0]!.byteLength > this.#limit / 2
    const before = this.#appending
    this.#appending = before.then(() => this.#appendPrepared(appender, prepared))
    if (isFlood) before.then(() => cb(null), cb)
    else this.#appending.then(() => cb(null), cb)
    this.#appending.catch((err: Error) => this.destroy(err))
  }

  async #appendPrepared(appender: Appender, blocks: Uint8Array[]): Promise<void> {
    const { length } = await appender.append(blocks)
    const size = blocks[0]!.byteLength
    if (blocks.length === 1) this.#pushed = this.#pusher.push(length - 1, size).catch(safetyCatch)
  }
}

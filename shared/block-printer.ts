import b4a from 'b4a'
import { Writable } from 'streamx'
import type { Format } from './format.js'
import { within } from './within.js'

const HIGH_WATER_MARK = 1024 * 1024
const STUCK = 500 // ms; a pager, say, that nobody scrolls

type Callback = (err: Error | null) => void

/** Standard output: a file, a pipe or a terminal. */
interface Output {
  write(data: Buffer, cb: (err: Error | null) => void): boolean
}

interface Options {
  /** The index of the first block. */
  start: number
  format: Format
  /** Called with the index after the last block that `output` has taken; printing goes on after it. */
  onprinted: (end: number) => Promise<void>
}

/** Prints the blocks written to it, those that arrive together in one write. */
export class BlockPrinter extends Writable {
  readonly #output: Output
  readonly #options: Options
  #index: number

  constructor(output: Output, options: Options) {
    super({ highWaterMark: HIGH_WATER_MARK })
    this.#output = output
    this.#options = options
    this.#index = options.start
  }

  override _writev(blocks: Uint8Array[], cb: Callback): void {
    const parts = blocks.flatMap((block, i) => this.#options.format(block, this.#index + i))
    this.#index += blocks.length
    this.#output.write(b4a.concat(parts) as Buffer, (err) => {
      if (err) cb(err)
      else this.#options.onprinted(this.#index).then(() => cb(null), cb)
    })
  }

  /** Prints no more; resolves when the write in flight is done, or cannot get on. */
  stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.once('close', resolve))
    this.destroy()
    return within(STUCK, closed)
  }
}

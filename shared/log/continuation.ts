import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { getContent } from './content.js'
import { Failure } from './errors.js'
import { Sum } from './sum.js'

/** What comes is not what the log has. */
export class Difference extends Failure {}

/**
 * Compares bytes that come again, from the first one on, with those that earlier runs appended to the log.
 */
export class Continuation {
  readonly sum = new Sum()
  readonly #core: Hypercore
  readonly #isWhole: boolean
  #index = 0
  #end: number | null = null
  #known: Uint8Array = b4a.alloc(0) // what is left of the block before `#index`

  /** `isWhole`: the log has all there is, and nothing is appended. */
  constructor(core: Hypercore, { isWhole }: { isWhole: boolean }) {
    this.#core = core
    this.#isWhole = isWhole
  }

  /** There is more in the log than came. */
  get isShort(): boolean {
    return this.#index < (this.#end ?? this.#core.length) || this.#known.byteLength > 0
  }

  /** Resolves to what of `chunks` is not in the log yet; fails with a Difference. */
  async take(chunks: Uint8Array[]): Promise<Uint8Array[]> {
    this.#end ??= this.#core.length
    const rest: Uint8Array[] = []
    for (const chunk of chunks) {
      let left = chunk
      while (left.byteLength > 0 && this.isShort) {
        if (this.#known.byteLength === 0) this.#known = await getContent(this.#core, this.#index++)
        const size = Math.min(left.byteLength, this.#known.byteLength)
        const [now, before] = [left.subarray(0, size), this.#known.subarray(0, size)]
        if (!b4a.equals(now, before)) throw this.#difference(now, before)
        this.sum.add(now)
        left = left.subarray(size)
        this.#known = this.#known.subarray(size)
      }
      if (left.byteLength === 0) continue
      if (this.#isWhole) throw new Difference(`it goes on after byte ${this.sum.bytes}`)
      this.sum.add(left)
      rest.push(left)
    }
    return rest
  }

  #difference(now: Uint8Array, before: Uint8Array): Difference {
    const at = now.findIndex((byte, i) => byte !== before[i])
    return new Difference(`it differs from byte ${this.sum.bytes + at} on`)
  }
}

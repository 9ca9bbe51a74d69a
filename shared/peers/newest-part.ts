import type Hypercore from 'hypercore'
import safetyCatch from 'safety-catch'
import { bytesBefore, cutOf, loadCleared, nextMissing, saveCleared } from '../log/kept.js'

const SEEK_TIMEOUT = 2000 // ms
const MOST_SEEKS = 16 // that fail; each next one leaves out more of what is to be kept

/** The newest `size` bytes of a log, which a mirror is to keep. What is older is not asked for. */
export class NewestPart {
  readonly #core: Hypercore
  readonly #size: number
  #isSeeking = false
  #failedSeeks = 0
  #skipped = 0 // bytes that were not asked for

  constructor(core: Hypercore, size: number) {
    this.#core = core
    this.#size = size
  }

  /** From which block on it is, which is not before block `from`; null as long as that is not known. */
  async find(from: number): Promise<number | null> {
    const core = this.#core
    if (core.length === 0) return null
    const first = Math.max(from, await loadCleared(core))
    const here = nextMissing(core, first)
    const [reached, end] = await Promise.all([here, core.length].map((n) => bytesBefore(core, n)))
    const cut = cutOf(end ?? 0, this.#size * (1 - this.#failedSeeks / MOST_SEEKS))
    if (cut <= Math.max(reached ?? 0, this.#skipped)) return first
    if (!this.#isSeeking) void this.#skipTo(cut).catch(safetyCatch)
    return null
  }

  // Hypercore 11.39.5 may ask for one byte again and again when its block is gone at the peer: another is tried
  // then.
  async #skipTo(byte: number): Promise<void> {
    this.#isSeeking = true
    try {
      const [index, offset] = await this.#core.seek(byte, { timeout: SEEK_TIMEOUT })
      await saveCleared(this.#core, offset > 0 ? index + 1 : index)
      this.#skipped = byte
    } catch (err) {
      this.#failedSeeks = (this.#failedSeeks + 1) % MOST_SEEKS
      throw err
    } finally {
      this.#isSeeking = false
    }
  }
}

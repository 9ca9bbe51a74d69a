import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import b4a from 'b4a'

const SOURCE = path.join(import.meta.dirname, '..', '..', '..', 'lab', 'clock', 'clock.c')

/** The wall clock of the programs that are started with its `env`. */
export class Clock {
  readonly env: Record<string, string>
  readonly #fd: number

  private constructor(library: string, file: string) {
    fs.writeFileSync(file, b4a.alloc(8))
    this.#fd = fs.openSync(file, 'r+') // never shorter, for those who have it mapped
    this.env = { LD_PRELOAD: library, CLOCK_OFFSET: file }
  }

  /** With its files in `folder`; null where that cannot be done. */
  static make(folder: string): Clock | null {
    if (Bare.platform !== 'linux') return null
    const library = path.join(folder, 'clock.so')
    const { status } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, SOURCE, '-ldl'])
    return status === 0 ? new Clock(library, path.join(folder, 'offset')) : null
  }

  /** Sets it so many seconds after the true time. */
  jump(seconds: number): void {
    const bytes = b4a.alloc(8)
    new DataView(bytes.buffer, bytes.byteOffset).setBigInt64(0, BigInt(seconds), true)
    fs.writeSync(this.#fd, bytes, 0, bytes.byteLength, 0)
  }

  close(): void {
    fs.closeSync(this.#fd)
  }
}

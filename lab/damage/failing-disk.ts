import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'

const SOURCE = path.join(import.meta.dirname, '..', '..', '..', 'lab', 'damage', 'failing-disk.c')

/** What goes wrong: a call, and the errno that it ends with. A write that is short ends with half of it done. */
export const FAULTS: Record<string, { call: string; errno: number }> = {
  'write EIO': { call: 'write', errno: 5 },
  'write ENOSPC': { call: 'write', errno: 28 },
  'short write': { call: 'write', errno: 0 },
  'sync EIO': { call: 'sync', errno: 5 },
  'sync ENOSPC': { call: 'sync', errno: 28 },
  'rename EIO': { call: 'rename', errno: 5 },
  'rename ENOSPC': { call: 'rename', errno: 28 }
}

/** Builds what has a call fail, into `folder`; null where that cannot be done. */
export function buildFailingDisk(folder: string): string | null {
  if (Bare.platform !== 'linux') return null
  const library = path.join(folder, 'failing-disk.so')
  const { status } = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl'])
  return status === 0 ? library : null
}

/** A disk on which the call number `at` of a kind fails, once; none with 0. */
export class FailingDisk {
  readonly env: Record<string, string>
  readonly #mark: string

  constructor(library: string, folder: string, fault: string, at: number) {
    const { call, errno } = FAULTS[fault]!
    this.#mark = `${folder}.failed`
    fs.mkdirSync(folder, { recursive: true })
    fs.rmSync(this.#mark, { force: true })
    this.env = {
      LD_PRELOAD: library,
      FAIL_DIR: folder,
      FAIL_CALL: call,
      FAIL_AT: String(at),
      FAIL_WITH: String(errno),
      FAIL_MARK: this.#mark,
      UV_USE_IO_URING: '0' // which it does not see
    }
  }

  /** The files that it failed for: one at most; with 0, those of all calls, in order. */
  get failed(): string[] {
    if (!fs.existsSync(this.#mark)) return []
    return fs.readFileSync(this.#mark, 'utf8').trim().split('\n')
  }
}

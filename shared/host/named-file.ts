import b4a from 'b4a'
import fs from 'bare-fs'
import { isWrongName } from '../log/errno.js'
import { Failure, UsageError } from '../log/errors.js'

interface Limit {
  /** Bytes. */
  most: number
  /** What is in it otherwise: `a key`. */
  content: string
}

/**
 * The bytes of a file that the command line names, which `what` says for people. A pipe, as of `<(pass show key)`,
 * comes in pieces. Throws a UsageError when it is named wrongly or is too long, and a Failure when it cannot be
 * read.
 */
export async function readNamedFile(file: string, what: string, limit: Limit): Promise<Uint8Array> {
  const bytes = await readBeginning(file, limit.most + 1).catch((err: unknown) => {
    const { code = '' } = err as { code?: string }
    const message = `cannot read ${what} (${code || String(err)})`
    throw isWrongName(err) ? new UsageError(message) : new Failure(message, err)
  })
  checkLength(bytes, what, limit)
  return bytes
}

/** Throws a UsageError when `bytes` are too long. */
export function checkLength(bytes: Uint8Array, what: string, { most, content }: Limit): void {
  if (bytes.byteLength > most) throw new UsageError(`${what} has more in it than ${content}`)
}

async function readBeginning(file: string, most: number): Promise<Uint8Array> {
  const fd = await fs.open(file, 'r')
  const buffer = b4a.alloc(most)
  try {
    let size = 0
    while (size < buffer.byteLength) {
      const read = await fs.read(fd, buffer, size, buffer.byteLength - size, -1)
      if (read === 0) break
      size += read
    }
    return buffer.subarray(0, size)
  } finally {
    fs.closeSync(fd)
  }
}

import b4a from 'b4a'
import fs from 'bare-fs'

/** The first `most` bytes of a file, and one more if there is more. A pipe, as of `<(pass show key)`, comes in pieces. */
export async function readBeginning(file: string, most: number): Promise<Uint8Array> {
  const fd = await fs.open(file, 'r')
  const buffer = b4a.alloc(most + 1)
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

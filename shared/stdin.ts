import { Readable } from 'bare-stream'
import fs from 'bare-fs'
import process from 'bare-process'

const FD = 0
const CHUNK = 64 * 1024

/** Standard input, whatever it is: a terminal, a pipe, a file, a socket. */
export function stdin(): Readable {
  return process.stdin instanceof fs.ReadStream ? new FileInput() : process.stdin
}

// From where the file is now to its end, as `cat` does. Bare's stream reads from byte 0 what a shell has
// read already, stops where the file ended at first, and takes a socket and /proc for empty.
class FileInput extends Readable {
  override _read(): void {
    const chunk = Buffer.allocUnsafe(CHUNK)
    fs.read(FD, chunk, 0, CHUNK, -1, (err, length = 0) => {
      if (err) this.destroy(err)
      else this.push(length > 0 ? chunk.subarray(0, length) : null)
    })
  }
}

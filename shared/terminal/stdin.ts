import { Readable } from 'bare-stream'
import fs from 'bare-fs'
import process from 'bare-process'
import { ReadStream } from 'bare-tty'
import type { Screen } from './screen.js'
import { TypedLines } from './typed-lines.js'

const FD = 0
const CHUNK = 64 * 1024

/** Standard input, whatever it is: a pipe, a file, a socket, or a terminal, with line editing on `screen`. */
export function stdin(screen: Screen): Readable {
  const input = process.stdin
  if (input instanceof ReadStream && screen.terminal) return new TypedLines(input, screen)
  return input instanceof fs.ReadStream ? new FileInput() : input
}

/** From where the file is now to its end, as `cat` does. */
export class FileInput extends Readable {
  // Bare's own stream reads from byte 0 what a shell has read already, stops where the file ended at
  // first, and takes a socket and /proc for empty.
  override _read(): void {
    const chunk = Buffer.allocUnsafe(CHUNK)
    fs.read(FD, chunk, 0, CHUNK, -1, (err, length = 0) => {
      if (err) this.destroy(err)
      else this.push(length > 0 ? chunk.subarray(0, length) : null)
    })
  }
}

import { Readable } from 'bare-stream'
import type { Timeout } from 'bare-timers'
import fs from 'bare-fs'
import os from 'bare-os'
import Pipe from 'bare-pipe'
import process from 'bare-process'
import { ReadStream } from 'bare-tty'
import b4a from 'b4a'
import type { Screen } from './screen.js'
import { TypedLines } from './typed-lines.js'

const FD = 0
// Bytes of one read. A thread does each: 64 KiB of a file at a time took 1.4 times as long (bench/RESULTS.md). A device
// gives less at once.
const CHUNK = 1024 * 1024
const DEVICE_CHUNK = 64 * 1024
const RETRY = 50 // ms
const O_NONBLOCK = 0o4000 // of Linux; bare-fs has no name for it

/**
 * Standard input, whatever it is that `cat` can read: a pipe, a file, a socket, a device, or a terminal, with
 * line editing on `screen`. At its end it is let go of: what feeds it must not take it for a reader.
 */
export function stdin(screen: Screen): Readable {
  if (process.platform === 'win32') return process.stdin
  const stat = fs.fstatSync(FD)
  if (stat.isFIFO() || stat.isSocket()) return lettingGo(new Pipe(FD, { eagerOpen: false }))
  if (process.stdin instanceof ReadStream) {
    return screen.terminal ? new TypedLines(process.stdin, screen) : process.stdin
  }
  return lettingGo(new FileInput({ isDevice: stat.isCharacterDevice() }))
}

/** From where the file is now to its end, as `cat` does. */
export class FileInput extends Readable {
  /** It may never end. */
  readonly isDevice: boolean
  readonly #fd: number
  #timer: Timeout | null = null

  // Bare's own stream reads from byte 0 what a shell has read already, stops where the file ended at
  // first, and takes a socket and /proc for empty.
  constructor({ isDevice = false, fd = FD } = {}) {
    super()
    this.isDevice = isDevice
    this.#fd = isDevice ? openUnblocked() : fd
  }

  override _read(): void {
    this.#read()
  }

  #read(): void {
    this.#timer = null
    const chunk = b4a.allocUnsafe(this.isDevice ? DEVICE_CHUNK : CHUNK)
    fs.read(this.#fd, chunk, 0, chunk.byteLength, -1, (err, length = 0) => {
      if (this.destroying) return
      if ((err as { code?: string } | null)?.code === 'EAGAIN') {
        this.#timer = setTimeout(() => this.#read(), RETRY)
      } else if (err) this.destroy(err)
      else this.push(length > 0 ? taken(chunk, length) : null)
    })
  }

  override _predestroy(): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#fd !== FD) fs.closeSync(this.#fd)
  }
}

// A copy of a short one, which does not hold on to the whole chunk.
function taken(chunk: Uint8Array, length: number): Uint8Array {
  const bytes = chunk.subarray(0, length)
  return length > chunk.byteLength / 2 ? bytes : b4a.from(bytes)
}

// A read that waits for ever would hold up the exit. Devices that are always ready (/dev/zero) cannot be polled,
// so the device is opened once more, without blocking; where that is not allowed, it blocks.
function openUnblocked(): number {
  if (process.platform !== 'linux') return FD
  try {
    return fs.openSync('/dev/fd/0', fs.constants.O_RDONLY | O_NONBLOCK)
  } catch {
    return FD
  }
}

// A second producer of a FIFO waits then, or gets SIGPIPE, instead of writing to nobody. /dev/null keeps the
// number from being given to something else.
function lettingGo(input: Readable): Readable {
  input.on('end', () => input.destroy())
  input.on('close', () => {
    fs.closeSync(FD)
    fs.openSync(os.devNull)
  })
  return input
}

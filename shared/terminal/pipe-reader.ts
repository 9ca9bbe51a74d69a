import fs from 'bare-fs'
import type { Socket } from 'bare-tcp'
import safetyCatch from 'safety-catch'

const OUTPUT = 1

/**
 * Calls `ongone` once nobody reads the pipe that standard output is, though nothing is written to it. Bare
 * polls a pipe that is open for writing only when it is full; what is taken for a socket it polls for reading,
 * and the pipe's error comes with that. Returns how to stop.
 */
export function watchPipeReader(ongone: () => void): () => void {
  const file = `/dev/fd/${OUTPUT}` // a descriptor of its own, to be closed without the output
  if (!fs.existsSync(file) || !fs.fstatSync(OUTPUT).isFIFO()) return () => {}
  let socket: Socket | null = null
  let stopped = false
  const watch = async (): Promise<void> => {
    const tcp = await import('bare-tcp') // takes some ms of a start, which only a pipe is worth
    if (stopped) return
    socket = new tcp.Socket({ eagerOpen: false })
    socket.on('error', () => {
      if (!stopped) ongone()
    })
    socket.open(fs.openSync(file, fs.constants.O_WRONLY))
    socket.resume()
  }
  watch().catch(safetyCatch)
  return () => {
    stopped = true
    socket?.destroy()
  }
}

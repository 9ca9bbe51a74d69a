import fs from 'bare-fs'
import { Socket } from 'bare-tcp'

const OUTPUT = 1

/**
 * Calls `ongone` once nobody reads the pipe that standard output is, though nothing is written to it. Bare
 * polls a pipe that is open for writing only when it is full; what is taken for a socket it polls for reading,
 * and the pipe's error comes with that. Returns how to stop.
 */
export function watchPipeReader(ongone: () => void): () => void {
  const file = `/dev/fd/${OUTPUT}` // a descriptor of its own, to be closed without the output
  if (!fs.existsSync(file) || !fs.fstatSync(OUTPUT).isFIFO()) return () => {}
  const socket = new Socket({ eagerOpen: false })
  let stopped = false
  socket.on('error', () => {
    if (!stopped) ongone()
  })
  socket.open(fs.openSync(file, fs.constants.O_WRONLY))
  socket.resume()
  return () => {
    stopped = true
    socket.destroy()
  }
}

import fs from 'bare-fs'
import process from 'bare-process'
import { isIgnored } from './ignored-signals.js'

/**
 * Calls `end` at SIGHUP. What is given to the function returned is called instead, as with other programs
 * that write a log, as long as the terminal is there that the process was started at.
 */
export function listenForHangup(end: () => void): (instead: () => void) => void {
  let fn: (() => void) | null = null
  const hadTerminal = hasTerminal()
  if (!isIgnored('SIGHUP')) {
    process.on('SIGHUP', () => (fn && hasTerminal() === hadTerminal ? fn() : end()))
  }
  return (instead) => {
    fn = instead
  }
}

function hasTerminal(): boolean {
  try {
    fs.closeSync(fs.openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

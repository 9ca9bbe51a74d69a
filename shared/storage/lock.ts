import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { tryLock } from 'fs-native-extensions'

// Hypercore's own file, which it locks as long as a log is open. The lock goes with the process.
const LOCKED = 'CORESTORE'

/**
 * Whether a process has the log in `dir` open. To see that takes a lock for some microseconds, which is
 * shared, so that those who look are not in each other's way.
 */
export function isOpen(dir: string): boolean {
  const fd = fs.openSync(path.join(dir, LOCKED), 'r')
  try {
    return !tryLock(fd, { shared: true })
  } finally {
    fs.closeSync(fd)
  }
}

/** Whether the process `pid` has the log in `dir` open; elsewhere than on Linux, whether there is one. */
export function hasOpen(pid: number, dir: string): boolean {
  const fds = `/proc/${pid}/fd`
  try {
    if (!fs.existsSync('/proc/self/fd')) return os.kill(pid, 0) === undefined
    const file = fs.realpathSync(path.join(dir, LOCKED))
    return fs.readdirSync(fds).some((fd) => linkOf(path.join(fds, fd)) === file)
  } catch {
    return false
  }
}

function linkOf(file: string): string | null {
  try {
    return fs.readlinkSync(file)
  } catch {
    return null // closed meanwhile
  }
}

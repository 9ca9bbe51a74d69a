import fs from 'bare-fs'

/**
 * The standard stream that the shell closed (`>&-`), if any. Bare has taken its number for a descriptor of
 * its own then, which a stream of that number would write to for ever, or close; Linux tells.
 */
export function closedStream(): 'output' | 'error' | null {
  if (!fs.existsSync('/proc/self/fd')) return null
  if (isClosed(2)) return 'error'
  return isClosed(1) ? 'output' : null
}

function isClosed(fd: number): boolean {
  const file = `/proc/self/fd/${fd}`
  return !fs.existsSync(file) || fs.readlinkSync(file).startsWith('anon_inode:')
}

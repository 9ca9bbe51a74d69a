import fs from 'bare-fs'
import { Failure } from './errors.js'

/**
 * Throws a Failure when the shell closed standard output or standard error (`>&-`). Bare has taken their
 * numbers for descriptors of its own then, where writing never ends; Linux tells.
 */
export function checkStandardStreams(): void {
  for (const [name, fd] of [
    ['output', 1],
    ['error', 2]
  ] as const) {
    const file = `/proc/self/fd/${fd}`
    if (!fs.existsSync('/proc/self/fd') || !fs.readlinkSync(file).startsWith('anon_inode:'))
      continue
    throw new Failure(`standard ${name} is closed: send it to /dev/null instead`)
  }
}

import fs from 'bare-fs'
import os from 'bare-os'

export type Signal = 'SIGHUP' | 'SIGINT' | 'SIGTERM'

const STATUS = '/proc/self/status'

/**
 * Whoever started this process had it ignore the signal, as `nohup` does, and a shell for a command in the
 * background. To listen to it would end that. Only Linux tells; elsewhere none counts as ignored.
 */
export function isIgnored(signal: Signal): boolean {
  const number = os.constants.signals[signal]
  if (number === undefined) return false
  try {
    const [, mask = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(fs.readFileSync(STATUS, 'utf8')) ?? []
    return ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n
  } catch {
    return false // no /proc
  }
}

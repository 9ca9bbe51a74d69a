import type { ReplicatedCore } from '../peers/replicated-core.js'
import type { Role } from '../storage/run-status.js'
import { keepStatusFile } from '../storage/status-file.js'
import { tellOfBlindPeer } from '../terminal/blind-peer-notices.js'
import { tellOfDamage } from '../terminal/notices.js'

interface Host {
  say: (text: string) => void
  onstop: (fn: (failure: string | null) => Promise<void>) => void
  fail: (err: unknown) => void
  statusEvery?: number
}

/**
 * Ties a log to the run of its app: the run's end closes it, its failure ends the run, and the person at the
 * terminal and `status.json` hear what becomes of it. Returns a promise that resolves when it is closed.
 */
export function bindLog(
  log: ReplicatedCore,
  role: Role,
  host: Host,
  mirror: { held: number } | null = null
): Promise<void> {
  host.onstop(() => log.close())
  log.on('failure', host.fail)
  tellOfDamage(log, host.say)
  tellOfBlindPeer(log, host.say)
  keepStatusFile(log, role, host, mirror)
  return new Promise((resolve) => log.once('close', resolve))
}

import byteSize from 'tiny-byte-size'
import speedometer from 'speedometer'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import type { Screen } from './screen.js'
import { fit, type Board, type Status } from './status.js'

const REDRAW = 250 // ms

interface Host {
  screen: Screen
  onstop: (fn: () => Promise<void>) => void
}

/** One live line for several logs; null where there is no terminal, and each says what changes. */
export function makeBoard({ screen, onstop }: Host): Board | null {
  if (!screen.terminal) return null
  const logs = new Map<ReplicatedCore, Status>()
  const rate = speedometer()
  let counted = 0
  const timer = setInterval(() => {
    const done = [...logs.values()].map(({ progress }) => progress?.())
    const bytes = done.reduce((sum, each) => sum + (each?.bytes ?? 0), 0)
    const bytesPerSecond = rate(Math.max(0, bytes - counted))
    counted = bytes
    const found = [...logs.keys()].filter(({ peers }) => peers > 0).length
    const behind = done.filter((each) => each && each.block < (each.to ?? 0)).length
    const parts = [
      `following ${logs.size} ${logs.size === 1 ? 'log' : 'logs'}`,
      found < logs.size ? `${found} with peers` : '',
      behind > 0 ? `${behind} catching up` : '',
      byteSize(bytes),
      bytesPerSecond > 0 ? byteSize.perSecond(bytesPerSecond) : ''
    ]
    screen.set(
      fit(
        parts.filter((part) => part !== ''),
        screen.columns
      )
    )
  }, REDRAW)
  onstop(async () => {
    clearInterval(timer)
    screen.set('')
  })
  return {
    add: (log, status, host) => {
      logs.set(log, status)
      host.onstop(async () => void logs.delete(log))
    }
  }
}

import process from 'bare-process'
import { checked } from './checked-output.js'
import { outputFailure, type Output } from './output.js'
import { watchPipeReader } from './pipe-reader.js'
import type { Screen } from './screen.js'

interface Host {
  screen: Screen
  onstop: (fn: () => Promise<void>) => void
  fail: (err: unknown) => void
}

/** Standard output, for data. Its errors go to `fail`, and so does it when whoever reads it is gone. */
export function openStandardOutput({ screen, onstop, fail }: Host): {
  output: Output
  isTerminal: boolean
} {
  const { stdout } = process
  const output = checked(stdout, screen.share(stdout))
  stdout.on('error', (err) => fail(outputFailure(err)))
  const stopWatching = watchPipeReader(() => fail({ code: 'EPIPE' }))
  onstop(async () => stopWatching())
  return { output, isTerminal: 'isTTY' in stdout }
}

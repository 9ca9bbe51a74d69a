import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'

/** Runs a bash script and returns what it prints. Throws with what it says when it fails. */
export function runScript(script: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync('bash', [script, ...args])
  if (status === 0) return String(stdout)
  throw new Error(`${path.basename(script)} ${args.join(' ')}: ${String(stderr)}`)
}

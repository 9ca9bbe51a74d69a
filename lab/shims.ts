import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import type { AppName } from '../shared/host/runtime.js'
import { appCommand } from './commands.js'

/**
 * Makes a folder of commands in `dir` for the front of PATH: `npm run -s writer` and `npm run -s reader`
 * start the apps as they do for a user, but with the `flags` given, and `others` are scripts for `sh`.
 */
export function makeShims(
  dir: string,
  flags: string[],
  others: Record<string, string> = {}
): string {
  const bin = path.join(dir, 'bin')
  fs.mkdirSync(bin, { recursive: true })
  const run = (app: AppName): string =>
    `npm_lifecycle_event=${app} exec ${appCommand(app).join(' ')} "$@" ${flags.join(' ')}`
  const npm = `app=$3; shift 3; [ "$1" = -- ] && shift
case $app in writer) ${run('writer')} ;; reader) ${run('reader')} ;; esac`
  for (const [name, script] of Object.entries({ npm, ...others })) {
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return `${bin}:${process.env.PATH}`
}

import path from 'bare-path'
import process from 'bare-process'
import { WORDS, type AppName } from '../shared/host/program-name.js'
import { formatNodes, type Node } from './network.js'

/** Where an app's log and its DHT are, and what else it is told. */
export interface Setting {
  storage: string
  bootstrap: Node[]
  flags?: string[]
}

/** All of a log, as it is: flags of the reader. */
export const FROM_START = ['--from', '0', '--raw']

/** The file of a compiled module, by its path below the project. */
export function compiledFile(module: string): string {
  return path.join(import.meta.dirname, '..', `${module}.js`)
}

/** How to start a compiled module on the Bare that runs this one. */
export function compiled(module: string): string[] {
  return [process.execPath, compiledFile(module)]
}

/**
 * How to start an app: as it is published, bundled, which starts faster; or by `pearlog` in the folder PEARLOG_COMMANDS,
 * as `npm install -g` and `npm run make` put it there.
 */
export function appCommand(app: AppName): string[] {
  const folder = process.env.PEARLOG_COMMANDS
  return folder ? [path.join(folder, 'pearlog'), WORDS[app]] : compiled(`bundle/${app}-app/index`)
}

/** The whole command line of an app. */
export function commandLine(app: AppName, args: string[], setting: Setting): string[] {
  const { storage, bootstrap, flags = [] } = setting
  const where = ['--storage', storage, '--dht-bootstrap', formatNodes(bootstrap)]
  return [...appCommand(app), ...args, ...where, ...flags]
}

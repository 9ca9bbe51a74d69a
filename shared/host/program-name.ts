import path from 'bare-path'
import process from 'bare-process'
import { shellWord } from '../terminal/quote.js'

export type AppName = 'writer' | 'reader'
/** What can be started: the apps, and what `pearlog` does besides. */
export type ProgramName = AppName | 'list' | 'update' | 'pearlog'

/** Bare's modules are in the executable, and so are ours: `npm run make`. */
export const isExecutable = import.meta.url.startsWith('bare:')
/** `npm install -g` put it here: bin/pearlog says so. */
export const isFromNpm = !isExecutable && process.env.PEARLOG_STARTED_BY === 'npm'

/** What each is called where it has a name of its own. */
export const COMMANDS = {
  writer: 'pearlog-write',
  reader: 'pearlog-read',
  list: 'pearlog list',
  update: 'pearlog update',
  pearlog: 'pearlog'
}
/** What follows `pearlog` to start each. */
export const WORDS = {
  writer: 'write',
  reader: 'read',
  list: 'list',
  update: 'update',
  pearlog: ''
}
const LINK = /^(.*)pearlog-(write|read)(\.exe)?$/
const APP_FILE = /(writer|reader)-app[/\\][^/\\]*$/

export interface Start {
  program: ProgramName
  /** The command line after the program's name. */
  args: string[]
  /** How a person starts a program in the way this one was started, as a shell takes it. */
  command: (program: ProgramName) => string
}

/** How this process was started on Bare: as `pearlog write`, as `pearlog-write`, or as a file that Bare runs. */
export function start(): Start {
  const [file, ...args] = Bare.argv.slice(isExecutable ? 0 : 1) as [string, ...string[]]
  const [, folder, word, ending = ''] = (isExecutable && LINK.exec(file)) || []
  if (word) {
    const command = (name: ProgramName): string => shellWord(folder + COMMANDS[name] + ending)
    return { program: word === 'write' ? 'writer' : 'reader', args, command }
  }
  const app = isExecutable ? undefined : APP_FILE.exec(file)?.[1]
  if (app) return { program: app as AppName, args, command: (name) => appCommand(file, name) }

  const names = Object.keys(WORDS) as ProgramName[]
  const program = names.find((name) => args[0] && WORDS[name] === args[0]) ?? 'pearlog'
  const self = isExecutable ? shellWord(file) : isFromNpm ? 'pearlog' : byBare(file)
  return {
    program,
    args: program === 'pearlog' ? args : args.slice(1),
    command: (name) => `${self} ${WORDS[name]}`.trimEnd()
  }
}

function appCommand(file: string, name: ProgramName): string {
  if (isFromNpm) return COMMANDS[name]
  const script = process.env.npm_lifecycle_event ?? ''
  if (/^(writer|reader)$/.test(script)) return `npm run -s ${name} --`
  return byBare(path.join(path.dirname(file), '..', `${name}-app`, 'index.js'))
}

function byBare(file: string): string {
  return `bare ${shellWord(path.relative(process.cwd(), file))}`
}

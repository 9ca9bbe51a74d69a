import path from 'bare-path'
import process from 'bare-process'
import { dataFolder } from './data-folder.js'
import { isIgnored, type Signal } from './ignored-signals.js'
import type { Network } from '../peers/replicated-core.js'

export type AppName = 'writer' | 'reader'

// Bare's modules are in the executable, and so are ours: `npm run make`.
const isExecutable = import.meta.url.startsWith('bare:')
/** What the apps are called where they are installed. */
export const COMMANDS = { writer: 'pearlog-write', reader: 'pearlog-read' }

/** What an app needs from the host it runs on: Pear 1 or 2, Bare by itself, or an executable with Bare in it. */
export interface Runtime {
  /** The command line after the program's name. */
  args: string[]
  /** The folder for the app's logs when the user names no other; throws a Failure when there is none. */
  storage(): string
  network: Network
  /** How a person starts this app, or the other one, on this host. */
  program(app: AppName): string
  /** Runs `fn` before the process ends, whether by a signal or by `exit`, and waits for it. */
  teardown(fn: () => Promise<void>): void
  exit(code: number): void
}

/** The host this process runs on. */
export function runtime(): Runtime {
  return typeof Pear === 'undefined' ? bare() : pear(Pear)
}

function pear(host: NonNullable<typeof Pear>): Runtime {
  const config = host.app ?? host.config!
  const { bootstrap, nodes } = config.dht ?? {}
  listen('SIGHUP', () => host.exit(129)) // Pear sees to SIGINT and SIGTERM itself
  return {
    args: config.args,
    storage: () => config.storage ?? dataFolder(),
    network: { bootstrap, nodes },
    program: (app) => pearProgram(config, app),
    teardown: (fn) => host.teardown(fn),
    exit: (code) => host.exit(code)
  }
}

function bare(): Runtime {
  const teardowns: (() => Promise<void>)[] = []
  let exiting = false

  function exit(code: number): void {
    if (exiting) return Bare.exit(code) // asked twice: at once
    exiting = true
    void Promise.allSettled(teardowns.map((fn) => fn())).then(() => Bare.exit(code))
  }

  // 128 + the signal's number, as shells have it.
  listen('SIGHUP', () => exit(129))
  listen('SIGINT', () => exit(130))
  listen('SIGTERM', () => exit(143))

  return {
    args: Bare.argv.slice(isExecutable ? 1 : 2),
    storage: dataFolder,
    network: {},
    program: isExecutable ? executable : bareProgram,
    teardown: (fn) => void teardowns.push(fn),
    exit
  }
}

function listen(signal: Signal, fn: () => void): void {
  if (!isIgnored(signal)) process.on(signal, fn)
}

function pearProgram({ dev, link }: PearConfig, app: AppName): string {
  if (dev || !link?.startsWith('pear://')) return `pear run --dev ${app}-app`
  return `pear run ${link.replace(/(\/(writer|reader)-app)?\/?$/, `/${app}-app`)}`
}

// As this one was started: by its name on the PATH, or by where it is.
function executable(app: AppName): string {
  const started = /^(.*)pearlog-(write|read)(\.exe)?$/.exec(Bare.argv[0]!)
  return started ? quote(started[1] + COMMANDS[app] + (started[3] ?? '')) : COMMANDS[app]
}

function bareProgram(app: AppName): string {
  const { npm_lifecycle_event: script, PEARLOG_STARTED_BY: by } = process.env
  if (by === 'npm') return COMMANDS[app] // bin/pearlog
  if (/^(writer|reader)$/.test(script ?? '')) return `npm run -s ${app} --`
  const file = path.join(path.dirname(Bare.argv[1]!), '..', `${app}-app`, 'index.js')
  return `bare ${quote(path.relative(process.cwd(), file))}`
}

// As one word of a shell.
function quote(text: string): string {
  return /^[\w./\\:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

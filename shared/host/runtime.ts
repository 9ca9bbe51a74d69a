import path from 'bare-path'
import process from 'bare-process'
import { dataFolder } from './data-folder.js'
import { listenForHangup } from './hangup.js'
import { isIgnored, type Signal } from './ignored-signals.js'
import type { Network } from '../peers/replicated-core.js'
import { shellWord } from '../terminal/quote.js'
import { start, type ProgramName } from './program-name.js'

export type { AppName } from './program-name.js'

/** What an app needs from the host it runs on: Pear 1 or 2, Bare by itself, or an executable with Bare in it. */
export interface Runtime {
  /** The command line after the program's name. */
  args: string[]
  /** The folder for the app's logs when the user names no other; throws a Failure when there is none. */
  storage(): string
  network: Network
  /** How a person starts this program, or another one, on this host. */
  program(name: ProgramName): string
  /** Runs `fn` before the process ends, whether by a signal or by `exit`, and waits for it. */
  teardown(fn: () => Promise<void>): void
  /** Has SIGHUP run `fn` instead of ending the process, unless its terminal is gone. */
  onhangup(fn: () => void): void
  exit(code: number): void
}

/** The host this process runs on. */
export function runtime(): Runtime {
  return typeof Pear === 'undefined' ? bare() : pear(Pear)
}

function pear(host: NonNullable<typeof Pear>): Runtime {
  const config = host.app ?? host.config!
  const { bootstrap, nodes } = config.dht ?? {}
  // Pear sees to SIGINT and SIGTERM itself.
  const onhangup = listenForHangup(() => host.exit(129))
  return {
    args: config.args,
    storage: () => config.storage ?? dataFolder(),
    network: { bootstrap, nodes },
    program: (app) => pearProgram(config, app),
    teardown: (fn) => host.teardown(fn),
    onhangup,
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
  const onhangup = listenForHangup(() => exit(129))
  listen('SIGINT', () => exit(130))
  listen('SIGTERM', () => exit(143))

  const { args, command } = start()
  return {
    args,
    storage: dataFolder,
    network: {},
    program: command,
    teardown: (fn) => void teardowns.push(fn),
    onhangup,
    exit
  }
}

function listen(signal: Signal, fn: () => void): void {
  if (!isIgnored(signal)) process.on(signal, fn)
}

function pearProgram({ dev, link, dir }: PearConfig, app: ProgramName): string {
  if (dev || !link?.startsWith('pear://')) {
    // It may have been started inside its folder: `pear run --dev .`
    const folder = path.relative(process.cwd(), path.join(dir ?? '.', `${app}-app`))
    return `pear run --dev ${shellWord(folder || '.')}`
  }
  return `pear run ${link.replace(/(\/(writer|reader)-app)?\/?$/, `/${app}-app`)}`
}

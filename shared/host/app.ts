import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import safetyCatch from 'safety-catch'
import {
  parseBootstrap,
  parseCommandLine,
  type CommandLine,
  type Definition
} from './command-line.js'
import { outputFailure, UsageError } from '../log/errors.js'
import { isOfPeer } from '../peers/guard.js'
import type { Network } from '../peers/replicated-core.js'
import { runtime, type AppName } from './runtime.js'
import { checked } from '../terminal/checked-output.js'
import { Screen } from '../terminal/screen.js'
import { prepareStreams } from '../terminal/standard-streams.js'
import { waitAtMost } from '../log/timeout.js'

const STUCK = 500 // ms; a pager, say, that nobody scrolls

/** What the entrypoints share: flags, folders, notices, and how a process ends. */
export interface App extends CommandLine {
  /** The folder that holds the logs. */
  storage: string
  network: Network
  screen: Screen
  /** How a person starts an app here, with the same way into the network. */
  commandOf: (app: AppName, ...args: string[]) => string
  /** Writes to standard output, and resolves when that is done; whoever reads it may go, as `head` does. */
  printOut: (text: string) => Promise<void>
  /** A notice for the person at the terminal; `--quiet` silences it. */
  say: (text: string) => void
  /** Runs `fn` before the process ends, whatever ends it, and waits for it; the last one given, first. */
  onstop: (fn: () => Promise<void>) => void
  /** Ends the process for an error that `main` does not wait for. */
  fail: (err: unknown) => void
}

interface AppDefinition extends Omit<Definition, 'program' | 'examples'> {
  name: AppName
  /** Given how the apps are started here. */
  examples: (writer: string, reader: string) => string[]
}

/**
 * Runs an app to its exit code: 0 when `main` is done, 1 when it fails, 2 when it was called wrongly,
 * 128 + n when signal n stopped it. An error is one line on standard error; DEBUG adds the stack.
 */
export function run(definition: AppDefinition, main: (app: App) => Promise<void>): void {
  const host = runtime()
  try {
    prepareStreams()
  } catch (err) {
    console.error(`[${definition.name}] error: ${(err as Error).message}`) // no stream is to be touched
    return host.exit(1)
  }

  const stops: (() => Promise<void>)[] = []
  let ending = false
  let screen = new Screen({ quiet: true })

  // Standard output is data: what libraries print goes to standard error.
  console.log = console.error
  process.stderr.on('error', () => {}) // nobody listens to the talk; the data goes on
  Bare.on('uncaughtException', unexpected)
  Bare.on('unhandledRejection', unexpected)

  host.teardown(async () => {
    ending = true
    for (const stop of stops.toReversed()) await stop().catch(safetyCatch)
    await waitAtMost(STUCK, screen.written())
  })

  start().then(() => end(0), fail)

  async function start(): Promise<void> {
    const { name } = definition
    const program = host.program(name)
    const examples = definition.examples(host.program('writer'), host.program('reader'))
    const commandLine = parseCommandLine({ ...definition, program, examples }, host.args)
    const { flags, print } = commandLine
    process.stdout.on('error', () => {}) // told to those who write
    if (print !== null) return printOut(print)

    const { quiet, dhtBootstrap } = flags
    screen = new Screen({ quiet: quiet === true })
    await main({
      ...commandLine,
      storage: storageFolder(typeof flags.storage === 'string' ? flags.storage : host.storage()),
      network:
        typeof dhtBootstrap === 'string'
          ? { bootstrap: parseBootstrap(dhtBootstrap) }
          : host.network,
      screen,
      commandOf: (app, ...args) => {
        const network =
          typeof dhtBootstrap === 'string'
            ? ['--dht-bootstrap', dhtBootstrap.replaceAll(/\s/g, '')]
            : []
        return [host.program(app), ...args, ...network].join(' ')
      },
      printOut: (text) => printOut(text).catch(fail),
      say: (text) => {
        if (!quiet) screen.print(`[${name}] ${text}`)
      },
      onstop: (fn) => void stops.push(fn),
      fail
    })
  }

  function fail(err: unknown): void {
    if (ending) return // what it was doing is cut short, as asked
    const { message = String(err), stack, code, cause } = err as Partial<Error & { code: string }>
    if (code === 'EPIPE') return end(0) // whoever reads the output has seen enough
    screen.print(`[${definition.name}] error: ${message.replaceAll('\n', ' ')}`)
    if (process.env.DEBUG) screen.print(String(cause instanceof Error ? cause.stack : stack))
    end(err instanceof UsageError ? 2 : 1)
  }

  function unexpected(err: unknown): void {
    if (!isOfPeer(err)) fail(err)
  }

  function end(code: number): void {
    if (ending) return
    ending = true
    host.exit(code)
  }
}

function storageFolder(named: string): string {
  const folder = path.resolve(named)
  if (!fs.existsSync(path.join(folder, 'CORESTORE'))) return folder
  throw new UsageError(`${folder} is a log itself: --storage takes the folder that holds the logs`)
}

function printOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    checked(process.stdout).write(Buffer.from(text), (err: (Error & { code?: string }) | null) => {
      if (err && err.code !== 'EPIPE') reject(outputFailure(err))
      else resolve()
    })
  })
}

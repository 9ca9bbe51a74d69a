import process from 'bare-process'
import safetyCatch from 'safety-catch'
import { NobodyThere, UsageError } from '../log/errors.js'
import { waitAtMost } from '../log/timeout.js'
import type { Network } from '../peers/replicated-core.js'
import { writeOut } from '../terminal/checked-output.js'
import { loadColumns } from '../terminal/columns.js'
import { Screen } from '../terminal/screen.js'
import { prepareStreams } from '../terminal/standard-streams.js'
import { keepFromGoingBack } from './clock.js'
import { parseCommandLine, type Args, type Definition } from './command-line.js'
import type { common } from './definitions.js'
import type { Flags, Values } from './flags.js'
import type { AppName, ProgramName } from './program-name.js'
import { runtime } from './runtime.js'
import { networkOf, sameWays } from './ways.js'

const STUCK = 500 // ms; a pager, say, that nobody scrolls

/** An app, as its command line has it. */
export interface AppDefinition<F extends Flags> extends Definition<F> {
  name: ProgramName
  /** Given how the apps are started here. */
  examples: (writer: string, reader: string) => string[]
}

/** What a run of an app has from its host. */
export interface App<F extends Flags> {
  args: Args
  /** The arguments after those. */
  more: string[]
  flags: Values<F>
  /** The folder that holds the logs. */
  storage: string
  network: Network
  screen: Screen
  /** How a person starts an app here, with the same way into the network. */
  commandOf: (app: AppName, ...args: string[]) => string
  /** Writes to standard output, and resolves when that is done; a reader that is gone, as `head`, is no error. */
  printOut: (text: string) => Promise<void>
  /** A notice for the person at the terminal; `--quiet` silences it. */
  say: (text: string) => void
  /**
   * Runs `fn` before the process ends, whatever ends it, and waits for it; the last one given, first. It gets
   * the error that ends the process, if one does.
   */
  onstop: (fn: (failure: string | null) => Promise<void>) => void
  /** Has SIGHUP run `fn` instead of ending the process, unless its terminal is gone. */
  onhangup: (fn: () => void) => void
  /** Ends the process for an error that `main` does not wait for. */
  fail: (err: unknown) => void
}

/**
 * Runs an app to its exit code: 0 when `main` is done, 1 when it fails, 2 when it was called wrongly, 3 when
 * nobody was there, 128 + n when signal n stopped it. An error is one line on standard error; DEBUG adds the stack.
 */
export function run<F extends Flags>(
  definition: AppDefinition<F>,
  main: (app: App<F>) => Promise<void>
): void {
  keepFromGoingBack()
  const { name } = definition
  const host = runtime()
  try {
    prepareStreams()
  } catch (err) {
    console.error(`[${name}] error: ${(err as Error).message}`) // no stream is to be touched
    return host.exit(1)
  }

  const stops: ((failure: string | null) => Promise<void>)[] = []
  let ending = false
  let failure: string | null = null
  let screen = new Screen({ quiet: true })

  // Standard output is data: what libraries print goes to standard error, as Hypercore 11.39.5 does of a
  // conflict.
  console.log = console.error
  process.stdout.on('error', () => {}) // told to those who write
  process.stderr.on('error', () => {}) // nobody listens to the talk; the data goes on
  Bare.on('uncaughtException', fail)
  Bare.on('unhandledRejection', fail)

  host.teardown(async () => {
    ending = true
    for (const stop of stops.toReversed()) await stop(failure).catch(safetyCatch)
    await waitAtMost(STUCK, screen.written())
  })

  start().then(() => end(0), fail)

  async function start(): Promise<void> {
    const examples = definition.examples(host.program('writer'), host.program('reader'))
    const commandLine = parseCommandLine(host.program(name), definition, examples, host.args)
    if (commandLine.print !== null) return writeOut(commandLine.print)

    const { args, more, flags } = commandLine
    const given = flags as Partial<Values<typeof common>>
    const { quiet = false, storage } = given
    screen = new Screen({ quiet })
    if (screen.terminal) await loadColumns()
    await main({
      args,
      more,
      flags,
      // Asked for by those who need it: an update has no logs.
      get storage() {
        return storage ?? host.storage()
      },
      network: networkOf(given, host.network),
      screen,
      commandOf: (app, ...rest) => [host.program(app), ...rest, ...sameWays(given)].join(' '),
      printOut: (text) => writeOut(text).catch(fail),
      say: (text) => {
        if (!quiet) screen.print(`[${name}] ${text}`)
      },
      onstop: (fn) => void stops.push(fn),
      onhangup: (fn) => host.onhangup(fn),
      fail
    })
  }

  function fail(err: unknown): void {
    if (ending) return // what it was doing is cut short, as asked
    const { message = String(err), stack, code, cause } = err as Partial<Error & { code: string }>
    if (code === 'EPIPE') return end(0) // whoever reads the output has seen enough
    failure = message.replaceAll('\n', ' ')
    screen.print(`[${name}] error: ${failure}`)
    if (process.env.DEBUG) screen.print(String(cause instanceof Error ? cause.stack : stack))
    end(err instanceof UsageError ? 2 : err instanceof NobodyThere ? 3 : 1)
  }

  function end(code: number): void {
    if (ending) return
    ending = true
    host.exit(code)
  }
}

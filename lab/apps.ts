import { commandLine, type Setting } from './commands.js'
import { Program } from './program.js'
import type { Scope } from './scope.js'
import { SIGKILL } from './signals.js'

export interface RunOptions {
  env?: Record<string, string>
  /** A file, as its standard input. */
  input?: string
  /** A command line for bash, whose output is piped to its standard input. */
  pipe?: string
  /** A command to run it by. */
  prefix?: string[]
  /** Gets standard output as it comes, instead of it being kept. */
  ondata?: (chunk: Uint8Array) => void
}

export type AppOptions = Setting & RunOptions

/** Starts a program that is killed with the scope. */
export function run(scope: Scope, command: string[], options: RunOptions = {}): Program {
  const { env, prefix = [], ondata } = options
  const program = new Program([...prefix, ...redirect(options), ...command], { env, ondata })
  scope.teardown(() => program.stop(SIGKILL))
  return program
}

export function writer(scope: Scope, options: AppOptions): Program {
  return run(scope, commandLine('writer', [], options), options)
}

export function reader(scope: Scope, key: string, options: AppOptions): Program {
  return run(scope, commandLine('reader', [key], options), options)
}

// `exec` keeps the process id, by which a program's memory is found.
function redirect({ input, pipe }: RunOptions): string[] {
  if (input) return ['sh', '-c', 'file=$1; shift; exec "$@" < "$file"', 'sh', input]
  if (pipe) return ['bash', '-c', `exec "$@" < <(${pipe})`, 'bash']
  return []
}

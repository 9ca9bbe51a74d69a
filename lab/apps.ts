import type { Test } from 'brittle'
import type { AppName } from '../shared/host/runtime.js'
import { formatNodes, type Node } from './network.js'
import { appCommand, Program } from './program.js'

const KILL = 9

interface Options {
  storage: string
  bootstrap: Node[]
  flags?: string[]
  env?: Record<string, string>
  /** A file, as its standard input. */
  input?: string
}

/** Starts a program that is killed with the test. */
export function run(t: Test, ...args: ConstructorParameters<typeof Program>): Program {
  const program = new Program(...args)
  t.teardown(() => program.stop(KILL))
  return program
}

export function writer(t: Test, options: Options): Program {
  return start(t, 'writer', [], options)
}

export function reader(t: Test, key: string, options: Options): Program {
  return start(t, 'reader', [key], options)
}

function start(t: Test, app: AppName, args: string[], options: Options): Program {
  const { storage, bootstrap, flags = [], env, input } = options
  const redirect = 'file=$1; shift; exec "$@" < "$file"'
  const prefix = input ? ['sh', '-c', redirect, 'sh', input] : []
  const nodes = formatNodes(bootstrap)
  const all = [...args, '--storage', storage, '--dht-bootstrap', nodes, ...flags]
  return run(t, [...prefix, ...appCommand(app), ...all], { env })
}

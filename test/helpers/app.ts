import type { Test } from 'brittle'
import { formatNodes, type Node } from '../../tools/network.js'
import { compiled, Program } from '../../tools/program.js'

const KILL = 9

interface Options {
  storage: string
  bootstrap: Node[]
  flags?: string[]
  /** A file, as its standard input. */
  input?: string
}

/** Starts a program that is killed with the test. */
export function start(
  t: Test,
  args: string[],
  options: ConstructorParameters<typeof Program>[1] = {}
): Program {
  const program = new Program(args, options)
  t.teardown(() => program.stop(KILL))
  return program
}

export function writer(t: Test, options: Options): Program {
  return app(t, 'writer-app', [], options)
}

export function reader(t: Test, key: string, options: Options): Program {
  return app(t, 'reader-app', [key], options)
}

function app(t: Test, name: string, args: string[], options: Options): Program {
  const { storage, bootstrap, flags = [], input } = options
  const redirect = 'file=$1; shift; exec "$@" < "$file"'
  const prefix = input ? ['sh', '-c', redirect, 'sh', input] : []
  const nodes = formatNodes(bootstrap)
  const file = compiled(`${name}/index`)
  const all = [file, ...args, '--storage', storage, '--dht-bootstrap', nodes, ...flags]
  return start(t, all, { prefix })
}

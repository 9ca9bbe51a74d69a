import type { Test } from 'brittle'
import { compiled, Program } from '../../tools/program.js'

const KILL = 9

export interface Node {
  host: string
  port: number
}

interface Options {
  storage: string
  bootstrap: Node[]
  flags?: string[]
}

/** Starts a program that is killed with the test. */
export function start(t: Test, args: string[], env?: Record<string, string>): Program {
  const program = new Program(args, { env })
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
  const { storage, bootstrap, flags = [] } = options
  const nodes = bootstrap.map(({ host, port }) => `${host}:${port}`).join()
  const file = compiled(`${name}/index`)
  return start(t, [file, ...args, '--storage', storage, '--dht-bootstrap', nodes, ...flags])
}

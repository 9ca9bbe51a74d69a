import path from 'bare-path'
import type { AppName } from '../shared/host/runtime.js'
import { formatNodes, type Node } from '../lab/network.js'
import { appCommand, Program } from '../lab/program.js'

const KILL = 9
/** All of a log, as it is. */
export const FROM_START = ['--from', '0', '--raw']

interface Role {
  flags?: string[]
  /** A command of a shell whose output is the standard input. */
  input?: string
  ondata?: (chunk: Uint8Array) => void
  env?: Record<string, string>
  /** A command to run it by. */
  prefix?: string[]
}

/** Writers and readers with a network of their own; each name has a storage folder. */
export class Cast {
  /** Rejects when one ends that was not told to. */
  readonly failed: Promise<never>
  readonly bootstrap: Node[]
  readonly #folder: string
  readonly #programs: Program[] = []
  #fail!: (err: Error) => void

  constructor(folder: string, bootstrap: Node[]) {
    this.#folder = folder
    this.failed = new Promise((_, reject) => (this.#fail = reject))
    this.failed.catch(() => {}) // told when a trial waits for it
    this.bootstrap = bootstrap
  }

  writer(name: string, role?: Role): Program {
    return this.#start('writer', name, [], role)
  }

  reader(name: string, key: string, role?: Role): Program {
    return this.#start('reader', name, [key], role)
  }

  path(name: string): string {
    return path.join(this.#folder, name)
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop(KILL)))
  }

  #start(app: AppName, name: string, args: string[], role: Role = {}): Program {
    const { flags = [], input, ondata, env } = role
    const nodes = formatNodes(this.bootstrap)
    const all = [...args, '--storage', this.path(name), '--dht-bootstrap', nodes, ...flags]
    const prefix = [...(role.prefix ?? [])]
    if (input) prefix.push('bash', '-c', `exec "$@" < <(exec ${input})`, 'bash')
    const program = new Program([...prefix, ...appCommand(app), ...all], { ondata, env })
    this.#programs.push(program)
    void program.ended.then((code) => {
      if (!program.stopped) this.#fail(new Error(`${name} ended with ${code}: ${program.stderr}`))
    })
    return program
  }
}

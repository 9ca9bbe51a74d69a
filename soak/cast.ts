import path from 'bare-path'
import { formatNodes, type Node } from '../tools/network.js'
import { compiled, Program } from '../tools/program.js'

const KILL = 9

interface Role {
  flags?: string[]
  /** A command of a shell whose output is the standard input. */
  input?: string
  ondata?: (chunk: Uint8Array) => void
}

/** Writers and readers with a network of their own; each name has a storage folder. */
export class Cast {
  readonly #folder: string
  readonly #nodes: string
  readonly #programs: Program[] = []

  constructor(folder: string, bootstrap: Node[]) {
    this.#folder = folder
    this.#nodes = formatNodes(bootstrap)
  }

  writer(name: string, role?: Role): Program {
    return this.#start('writer-app', name, [], role)
  }

  reader(name: string, key: string, role?: Role): Program {
    return this.#start('reader-app', name, [key], role)
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop(KILL)))
  }

  #start(app: string, name: string, args: string[], role: Role = {}): Program {
    const { flags = [], input, ondata } = role
    const storage = path.join(this.#folder, name)
    const all = [...args, '--storage', storage, '--dht-bootstrap', this.#nodes, ...flags]
    const prefix = input ? ['bash', '-c', `exec "$@" < <(exec ${input})`, 'bash'] : []
    const program = new Program([compiled(`${app}/index`), ...all], { prefix, ondata })
    this.#programs.push(program)
    return program
  }
}

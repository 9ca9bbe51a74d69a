import path from 'bare-path'
import b4a from 'b4a'
import Hypercore from 'hypercore'
import { compiled, Program } from '../tools/program.js'

const KILL = 9

interface Node {
  host: string
  port: number
}

interface Role {
  flags?: string[]
  /** A command of a shell whose output is the standard input. */
  input?: string
  ondata?: (chunk: Uint8Array) => void
}

/** Writers and readers with a network of their own; each name has a storage folder. */
export class Cast {
  readonly #folder: string
  readonly bootstrap: Node[]
  readonly #nodes: string
  #copies = 0
  readonly #programs: Program[] = []

  constructor(folder: string, bootstrap: Node[]) {
    this.bootstrap = bootstrap
    this.#folder = folder
    this.#nodes = bootstrap.map(({ host, port }) => `${host}:${port}`).join()
  }

  writer(name: string, role?: Role): Program {
    return this.#start('writer-app', name, [], role)
  }

  reader(name: string, key: string, role?: Role): Program {
    return this.#start('reader-app', name, [key], role)
  }

  /** A copy of a log in this process. */
  copy(key: string): Hypercore {
    return new Hypercore(path.join(this.#folder, `copy-${this.#copies++}`), b4a.from(key, 'hex'))
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

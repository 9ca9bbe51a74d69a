import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { compiled, Program } from './program.js'

const TERM = 15
const LAB = path.join(import.meta.dirname, '..', '..', 'lab', 'wanlink', 'lab.sh')

export type Host = 'a' | 'b'

interface Options {
  host?: Host
  /** A file for standard input, which `cat` pipes in; with `gate`, behind a first line, when that is there. */
  input?: string
  gate?: string
  /** Or a module whose output is piped in, with its arguments. */
  inputFrom?: string[]
  ondata?: (chunk: Uint8Array) => void
}

/**
 * Where one measurement plays: two hosts with a DHT on host a, and a folder. On loopback the two are
 * this machine; with a delay they are network namespaces with a link between them, which needs root.
 */
export class Stage {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-bench-'))
  bootstrap = ''
  readonly #programs: Program[] = []
  readonly #link: string | null

  private constructor(link: string | null) {
    this.#link = link
  }

  /** `delay`, `jitter`: milliseconds one way; `rate`: megabits a second; `loss`: percent of the packets. */
  static async open({ delay = 0, jitter = 0, rate = Infinity, loss = 0 } = {}): Promise<Stage> {
    const link = delay > 0 ? `pearlog-${os.pid()}` : null
    const limit = rate < Infinity ? ['--rate', String(rate)] : []
    const faults = ['--jitter', String(jitter), '--loss', String(loss)]
    if (link) lab('up', link, '--delay', String(delay), ...faults, ...limit)
    const stage = new Stage(link)
    const testnet = stage.run('lab/testnet', [link ? '10.77.0.1' : '127.0.0.1'])
    await testnet.prints('\n')
    stage.bootstrap = testnet.stdout.trim()
    return stage
  }

  cut(): void {
    lab('cut', this.#link!)
  }

  mend(): void {
    lab('mend', this.#link!)
  }

  /** Gives host b another address. */
  moveHostB(): void {
    lab('move', this.#link!)
  }

  async close(): Promise<void> {
    for (const program of this.#programs.toReversed()) await program.stop(TERM)
    if (this.#link) lab('down', this.#link)
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  /** Starts a compiled module. */
  run(module: string, args: string[], options: Options = {}): Program {
    const { host = 'a', input, gate, inputFrom, ondata } = options
    const prefix = this.#link ? ['ip', 'netns', 'exec', `${this.#link}-${host}`] : []
    // `exec` keeps the process id, by which its memory is found.
    const wait = gate ? `echo first; until [ -e ${gate} ]; do sleep 0.02; done; ` : ''
    if (input) prefix.push('bash', '-c', `exec "$@" < <(${wait}cat "$0")`, input)
    if (inputFrom) {
      const [source, ...sourceArgs] = inputFrom
      const command = [...compiled(source!), ...sourceArgs].join(' ')
      prefix.push('bash', '-c', 'exec "$@" < <($0)', command)
    }
    const program = new Program([...prefix, ...compiled(module), ...args], { ondata })
    this.#programs.push(program)
    return program
  }

  writer(name: string, options?: Options): Program {
    return this.run('writer-app/index', this.#flags(name), options)
  }

  reader(name: string, key: string, options?: Options): Program {
    const args = [key, '--from', '0', '--raw', ...this.#flags(name)]
    return this.run('reader-app/index', args, { host: 'b', ...options })
  }

  path(name: string): string {
    return path.join(this.folder, name)
  }

  #flags(name: string): string[] {
    return ['--storage', this.path(name), '--dht-bootstrap', this.bootstrap]
  }
}

/** The most memory that a process has had, in MB. */
export function peakMemory(program: Program): number {
  const status = fs.readFileSync(`/proc/${program.process.pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1000
}

/** Seconds of CPU that a process has used, by the name of its threads; `system` is the kernel's part. */
export function cpuTime(program: Program): Map<string, number> {
  const tasks = `/proc/${program.process.pid}/task`
  const seconds = new Map<string, number>()
  for (const task of fs.readdirSync(tasks).map(String)) {
    const stat = fs.readFileSync(path.join(tasks, task, 'stat'), 'utf8')
    const [, name, rest] = /\((.*)\) (.*)/.exec(stat)!
    const [user, system] = rest!
      .split(' ')
      .slice(11, 13)
      .map((ticks) => Number(ticks) / 100)
    for (const [key, value] of [
      [name!, user! + system!],
      ['system', system!]
    ] as const) {
      seconds.set(key, (seconds.get(key) ?? 0) + value)
    }
  }
  return seconds
}

/** Whether this machine can have the delayed link. */
export function hasLab(): boolean {
  return os.userInfo().uid === 0 && spawnSync('ip', ['netns', 'list']).status === 0
}

function lab(...args: string[]): void {
  const { status, stderr } = spawnSync('bash', [LAB, ...args])
  if (status !== 0) throw new Error(`lab.sh ${args.join(' ')}: ${String(stderr)}`)
}

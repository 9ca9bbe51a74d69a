import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { reader, run, writer, type AppOptions, type RunOptions } from './apps.js'
import { commandLine, compiled } from './commands.js'
import { Link, type Host, type LinkOptions } from './link.js'
import { parseNodes, type Node } from './network.js'
import type { Program } from './program.js'
import type { Scope } from './scope.js'
import { Star, type StarOptions } from './star.js'

type Role = Partial<AppOptions> & { host?: Host }

// Namespaces and folders outlive this process, unless it takes them away, also when a signal ends it.
const open = new Set<Stage>()
Bare.on('exit', () => {
  for (const stage of open) stage.clear()
})

/**
 * A network of its own, with a folder, for programs that are ended together: a DHT of ten nodes on this
 * machine, on host a of a link, or at the hub of a star.
 */
export class Stage implements Scope {
  readonly link: Link | null
  readonly star: Star | null
  bootstrap: Node[] = []
  /** Rejects when an app ends that was not told to. */
  readonly failed: Promise<never>
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-lab-'))
  readonly #teardowns: (() => unknown)[] = []
  readonly #mounts: string[] = []
  #fail!: (err: Error) => void
  #count = 0

  private constructor(net?: LinkOptions | StarOptions) {
    open.add(this)
    const isStar = net !== undefined && 'readers' in net
    this.link = net && !isStar ? new Link(net) : null
    this.star = isStar ? new Star(net) : null
    this.failed = new Promise((_, reject) => (this.#fail = reject))
    this.failed.catch(() => {}) // it is told to those who wait for it
  }

  static async open(net?: LinkOptions | StarOptions): Promise<Stage> {
    const stage = new Stage(net)
    const { address } = stage.link ?? stage.star ?? { address: '127.0.0.1' }
    const prefix = stage.star?.on('hub')
    const testnet = stage.module('lab/testnet', [address], prefix ? { prefix } : {})
    await testnet.prints('\n')
    stage.bootstrap = parseNodes(testnet.stdout.trim())
    return stage
  }

  /** Each name has a storage folder of its own, with which it can be started again. */
  writer(name: string, role: Role = {}): Program {
    return this.#watch(name, writer(this, this.#options('a', name, role)))
  }

  /** On host b, where there is a link. */
  reader(name: string, key: string, role: Role = {}): Program {
    return this.#watch(name, reader(this, key, this.#options('b', name, role)))
  }

  /** A reader whose logs are named by its flags. */
  readers(name: string, role: Role = {}): Program {
    const options = this.#options('b', name, role)
    return this.#watch(name, run(this, commandLine('reader', [], options), options))
  }

  /** Starts a compiled module. */
  module(module: string, args: string[], role: RunOptions & { host?: Host } = {}): Program {
    const prefix = this.link?.on(role.host ?? 'a')
    return run(this, [...compiled(module), ...args], { prefix, ...role })
  }

  path(name: string): string {
    return path.join(this.#folder, name)
  }

  /** A path in its folder where nothing is yet. */
  newPath(): string {
    return this.path(`new-${++this.#count}`)
  }

  async tmp(): Promise<string> {
    const folder = this.newPath()
    await fs.promises.mkdir(folder)
    return folder
  }

  /** Has `folder` be a disk of `size`, as mount has it; false where that cannot be done: it takes root. */
  mount(folder: string, size: string): boolean {
    const isDone =
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0
    if (isDone) this.#mounts.push(folder)
    return isDone
  }

  teardown(fn: () => unknown): void {
    this.#teardowns.push(fn)
  }

  /** Ends all that was started here, the last one first. */
  async close(): Promise<void> {
    for (const fn of this.#teardowns.toReversed()) await fn()
    this.clear()
  }

  /** Takes away what is not a process. */
  clear(): void {
    open.delete(this)
    this.link?.remove()
    for (const folder of this.#mounts) spawnSync('umount', ['--lazy', folder]) // somebody may be in it still
    this.star?.remove()
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  #options(host: Host, name: string, role: Role): AppOptions {
    const prefix = this.link?.on(role.host ?? host)
    return { storage: this.path(name), bootstrap: this.bootstrap, prefix, ...role }
  }

  #watch(name: string, program: Program): Program {
    void program.ended.then((code) => {
      if (!program.stopped) this.#fail(new Error(`${name} ended with ${code}: ${program.stderr}`))
    })
    return program
  }
}

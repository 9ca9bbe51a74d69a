import fs from 'bare-fs'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import { Program } from './program.js'
import type { Scope } from './scope.js'
import { SIGKILL } from './signals.js'

interface Options {
  columns?: number
  rows?: number
  /** It counts the columns of an emoji of several code points as one; or as the older ones do. */
  graphemes?: boolean
  env?: Record<string, string>
}

// What @xterm/headless expects of its host.
Object.assign(globalThis, { process, performance: Date })
const { default: xterm } = await import('@xterm/headless')
const { UnicodeGraphemesAddon } = await import('@xterm/addon-unicode-graphemes')
export type Terminal = InstanceType<typeof xterm.Terminal>

/** Starts a command on a terminal that is killed with the scope. */
export function terminal(scope: Scope, command: string, options?: Options): TerminalProgram {
  const program = new TerminalProgram(command, options)
  scope.teardown(() => program.program.stop(SIGKILL))
  return program
}

/** A command on a pseudo-terminal of its own (that of `script`, on Linux), and what a person sees there. */
export class TerminalProgram {
  readonly program: Program
  readonly terminal: Terminal
  readonly #drawn: (() => void)[] = []

  /** `command` is a line for a shell, without quotes. */
  constructor(
    command: string,
    { columns = 80, rows = 24, graphemes = true, env = {} }: Options = {}
  ) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
    if (graphemes) this.terminal.loadAddon(new UnicodeGraphemesAddon())
    const line = `stty cols ${columns} rows ${rows}; exec ${command}`
    this.program = new Program(['sh', '-c', `exec script -qfec "${line}" /dev/null`], {
      env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
      ondata: (chunk) => {
        this.terminal.write(chunk, () => {
          for (const resolve of this.#drawn.splice(0)) resolve()
        })
      }
    })
  }

  static get available(): boolean {
    return process.platform === 'linux' && fs.existsSync('/usr/bin/script')
  }

  /** The lines on the screen, those that were scrolled away included. */
  get text(): string {
    const { active } = this.terminal.buffer
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)!)
    return lines
      .map((line) => (line.isWrapped ? '' : '\n') + line.translateToString(true))
      .join('')
      .trim()
  }

  /** Resolves when the screen looks so. */
  async shows(what: string | RegExp): Promise<void> {
    const fits = (): boolean =>
      typeof what === 'string' ? this.text.includes(what) : what.test(this.text)
    while (!fits()) {
      const drawn = new Promise<void>((resolve) => this.#drawn.push(resolve))
      const over = this.program.ended.then(() => {
        if (!fits()) throw new Error(`ended, and does not show ${what}:\n${this.text}`)
      })
      await Promise.race([drawn, over])
    }
  }

  press(keys: string): void {
    this.program.type(keys)
  }

  resize(columns: number, rows: number): void {
    const { pid } = this.program.process
    const child = String(fs.readFileSync(`/proc/${pid}/task/${pid}/children`)).split(' ')[0]!
    const tty = fs.readlinkSync(`/proc/${child}/fd/0`)
    this.terminal.resize(columns, rows)
    spawnSync('stty', ['-F', tty, 'cols', String(columns), 'rows', String(rows)])
  }
}

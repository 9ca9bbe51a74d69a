import {
  cursorPosition,
  cursorUp,
  eraseDisplayEnd,
  modifierDim,
  modifierReset
} from 'bare-ansi-escapes'
import Pipe from 'bare-pipe'
import process from 'bare-process'
import type Readline from 'bare-readline'
import { WriteStream } from 'bare-tty'
import type { Output } from './output.js'

const NEWLINE = 0x0a

/** After the live line, where one is typed in it. */
export const PROMPT = '> '

/**
 * Standard error, for the person at the terminal: notices, and below them one live line, or the line
 * that is being typed. Elsewhere than on a terminal there are notices alone.
 */
export class Screen {
  /** The terminal that has a live line; null when there is none. */
  readonly terminal: WriteStream | null
  #line = ''
  #drawn = false // the live line is on the screen
  #covered = false // output stands in the live line's row
  #prompt: Readline | null = null
  #width: number

  constructor({ quiet }: { quiet: boolean }) {
    const { stdout, stderr, env } = process
    // Whoever is behind a pipe may write to the same terminal: `head`, `less`.
    const shared = stdout instanceof Pipe
    const live = stderr instanceof WriteStream && env.TERM !== 'dumb' && !quiet && !shared
    this.terminal = live ? stderr : null
    this.terminal?.on('resize', () => this.#resize())
    this.#width = this.#columns
  }

  /** A line that stays, above the live one. */
  print(text: string): void {
    const rows = this.#erase()
    process.stderr.write(`${text}\n${'\n'.repeat(rows)}`)
    this.#draw()
  }

  /** Resolves when everything is written. */
  written(): Promise<void> {
    return new Promise((resolve) => process.stderr.write('', () => resolve()))
  }

  /** The live line from now on, cut where the terminal ends; '' for none. */
  set(line: string): void {
    if (line === this.#line) return
    this.#line = line
    this.#draw()
  }

  /** What the live line can hold. */
  get columns(): number {
    return this.#prompt ? Math.floor(this.#columns / 3) : this.#columns - 1
  }

  /** The live line is now the prompt of `readline`; null ends that. */
  promptWith(readline: Readline | null): void {
    this.#erase()
    this.#prompt = readline
    this.#draw()
  }

  /** `output`, which the live line makes way for when both are on a terminal. */
  share(output: Output): Output {
    const { terminal } = this
    if (!terminal || !(output instanceof WriteStream)) return output
    return {
      write: (data, cb) => {
        this.#erase()
        this.#covered = true
        const ondone = (err: Error | null): void => {
          this.#covered = data[data.byteLength - 1] !== NEWLINE
          this.#draw()
          cb(err)
        }
        // Two streams to one terminal: what is written to the one first may come last.
        terminal.write('', () => output.write(data, ondone))
      }
    }
  }

  #draw(): void {
    if (!this.terminal || this.#covered) return
    if (this.#prompt) {
      this.#prompt.setPrompt(this.#line + PROMPT)
      this.#prompt.prompt()
      return
    }
    this.#erase()
    const line = this.#line.slice(0, this.columns)
    if (line === '') return
    this.terminal.write(process.env.NO_COLOR ? line : modifierDim + line + modifierReset)
    this.#drawn = true
  }

  #resize(): void {
    if (!this.#covered) {
      const rows = this.#erase()
      // Readline draws next, after it has gone up as many rows as it had before.
      if (this.#prompt) this.terminal!.write('\n'.repeat(rows))
    }
    this.#width = this.#columns
    if (!this.#prompt) this.#draw()
  }

  get #columns(): number {
    return this.terminal?.columns || 80 // a serial line, say, does not tell
  }

  // Returns how many rows below the start of the prompt its cursor was: it goes up as many to draw. When
  // the terminal's width has changed, some have broken the line anew and some have not: rather than take
  // a row of somebody's output for one of ours, a piece of the line is left behind.
  #erase(): number {
    if (!this.terminal || !(this.#prompt || this.#drawn)) return 0
    const cells = this.#prompt ? this.#prompt.getPrompt().length + this.#prompt.cursor : 0
    const rows = Math.floor(cells / this.#width)
    const up = Math.min(rows, Math.floor(cells / this.#columns))
    this.terminal.write((up > 0 ? cursorUp(up) : '') + cursorPosition(0) + eraseDisplayEnd)
    this.#drawn = false
    return rows
  }
}

import { cursorPosition, eraseDisplayEnd, modifierDim, modifierReset } from 'bare-ansi-escapes'
import Pipe from 'bare-pipe'
import process from 'bare-process'
import type { Timeout } from 'bare-timers'
import { WriteStream } from 'bare-tty'
import { cut, wrap } from './columns.js'
import { drawTyping, HOME, printable, up, type Typing } from './draw-typing.js'
import type { Output } from './output.js'

const NEWLINE = 0x0a
const PROMPT = '> '
const SETTLED = 100 // ms without another resize

/**
 * Standard error, for the person at the terminal: notices, and below them one live line, or the line
 * that is being typed. Elsewhere than on a terminal there are notices alone.
 */
export class Screen {
  /** The terminal that has a live line; null when there is none. */
  readonly terminal: WriteStream | null
  readonly #reflows: boolean
  #line = ''
  #typing: Typing | null = null
  #beforeCursor: string[] | null = null // of what is drawn, by rows; null: nothing is
  #covered = false // output stands in the live line's row
  #resized: Timeout | null = null

  constructor({ quiet }: { quiet: boolean }) {
    const { stdout, stderr, env } = process
    // Whoever is behind a pipe may write to the same terminal: `head`, `less`.
    const shared = stdout instanceof Pipe
    const live = stderr instanceof WriteStream && env.TERM !== 'dumb' && !quiet && !shared
    this.terminal = live ? stderr : null
    this.terminal?.on('resize', () => this.#resize())
    this.#reflows = Boolean(env.TMUX || env.VTE_VERSION)
  }

  /** A line that stays, above the live one. */
  print(text: string): void {
    process.stderr.write(`${this.#erase()}${text}\n`)
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
    return this.#typing ? Math.floor(this.#columns / 3) : this.#columns - 1
  }

  /** Shows what is typed after the live line, as it is now; null ends that. */
  edit(typing: Typing | null): void {
    this.#typing = typing
    this.#draw()
  }

  /** The line that was typed stays, whole, above the next one. */
  keep(text: string): void {
    this.terminal?.write(`${this.#erase()}${this.#line}${PROMPT}${printable(text)}\r\n`)
  }

  /** Leaves nothing on the screen but the live line. */
  clear(): void {
    this.terminal?.write(HOME + eraseDisplayEnd)
    this.#beforeCursor = null
    this.#draw()
  }

  /** `output`, which the live line makes way for when both are on a terminal. */
  share(output: Output): Output {
    const { terminal } = this
    if (!terminal || !(output instanceof WriteStream)) return output
    return {
      write: (data, cb) => {
        this.#covered = true
        const ondone = (err: Error | null): void => {
          this.#covered = data[data.byteLength - 1] !== NEWLINE
          this.#draw()
          cb(err)
        }
        // Two streams to one terminal: what is written to the one first may come last.
        terminal.write(this.#erase(), () => output.write(data, ondone))
      }
    }
  }

  #draw(): void {
    if (!this.terminal || this.#covered) return
    const drawing =
      this.#erase() + (this.#typing ? this.#drawTyping(this.#typing) : this.#drawLine())
    if (drawing !== '') this.terminal.write(drawing)
  }

  // The cursor rests at its start: so long as it does, all of the line is after it, however the terminal
  // breaks it when it becomes narrow.
  #drawLine(): string {
    const line = cut(this.#line, this.columns)
    if (line === '') return ''
    this.#beforeCursor = ['']
    const shown = process.env.NO_COLOR ? line : modifierDim + line + modifierReset
    return shown + cursorPosition(0)
  }

  #drawTyping(typing: Typing): string {
    const prompt = this.#line + PROMPT
    const height = this.terminal!.rows || 24
    const { drawing, beforeCursor } = drawTyping(prompt, typing, this.#columns, height)
    this.#beforeCursor = beforeCursor
    return drawing
  }

  // Once it has its size: each size on the way may leave a piece behind.
  #resize(): void {
    if (this.#resized) clearTimeout(this.#resized)
    this.#resized = setTimeout(() => this.#draw(), SETTLED)
  }

  get #columns(): number {
    return this.terminal?.columns || 80 // a serial line, say, does not tell
  }

  // What takes away what is drawn. A terminal that has become narrower may have broken each row anew, or
  // not. Where we do not know, a piece of the line is left behind, rather than a row of somebody's output
  // taken for one of ours. The blank is for tmux: erased from its upper left corner on, the screen is
  // kept in the history.
  #erase(): string {
    const rows = this.#beforeCursor
    if (rows === null) return ''
    this.#beforeCursor = null
    const count = this.#reflows
      ? rows.flatMap((row) => wrap(row, this.#columns)).length
      : rows.length
    return `${up(count - 1) + cursorPosition(0)} ${eraseDisplayEnd + cursorPosition(0)}`
  }
}

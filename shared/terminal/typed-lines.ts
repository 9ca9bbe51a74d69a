import b4a from 'b4a'
import os from 'bare-os'
import process from 'bare-process'
import { Readable } from 'bare-stream'
import type { ReadStream } from 'bare-tty'
import { LineEditor } from './line-editor.js'
import type { Screen } from './screen.js'

const { SIGINT = 2, SIGQUIT = 3, SIGTSTP = 20 } = os.constants.signals
const NOT_STOPPED = 50 // ms
const GROUP = 0 // as a terminal does, which signals all of a pipeline

// eslint-disable-next-line no-control-regex
const KEYS = /\x1b\[[0-9;]*[~A-Z]|\x1bO[A-Z]|\x1b[^[O]?|\r\n|[\x00-\x1f\x7f]/g
const UNFINISHED = /\x1b(\[[0-9;]*|O)$/ // eslint-disable-line no-control-regex

/** The lines that are typed at a terminal, each with its newline, edited in the live line of `screen`. */
export class TypedLines extends Readable {
  readonly #terminal: ReadStream
  readonly #screen: Screen
  readonly #editor = new LineEditor()
  #unfinished = '' // the start of a key, of which the rest is on its way
  #ended = false
  #suspended = false
  readonly #leaveRaw = (): void => void this.#terminal.setRawMode(false)
  readonly #goOn = (): void => {
    if (this.#ended) return
    this.#leaveRaw() // a shell may have set it otherwise meanwhile
    this.#terminal.setRawMode(true)
    this.#suspended = false
    this.#screen.edit(this.#editor)
  }

  constructor(terminal: ReadStream, screen: Screen) {
    super()
    this.#terminal = terminal
    this.#screen = screen
    terminal.setRawMode(true)
    process.on('SIGCONT', this.#goOn)
    Bare.on('exit', this.#leaveRaw) // at the second Ctrl-C it ends without `_predestroy`

    terminal.setEncoding('utf8') // a character may come in two pieces
    terminal.on('data', (typed) => this.#take(String(typed)))
    terminal.on('end', () => this.#end())
    terminal.on('error', (err) => this.destroy(err))
    screen.edit(this.#editor)
  }

  override _predestroy(): void {
    this.#leave()
    this.#terminal.destroy()
  }

  #take(typed: string): void {
    if (this.#ended) return
    const keys = this.#unfinished + typed
    this.#unfinished = UNFINISHED.exec(keys)?.[0] ?? ''
    const end = keys.length - this.#unfinished.length
    let rest = 0
    for (const { 0: key, index } of keys.slice(0, end).matchAll(KEYS)) {
      this.#editor.insert(keys.slice(rest, index))
      this.#press(key)
      if (this.#ended) return
      rest = index + key.length
    }
    this.#editor.insert(keys.slice(rest, end))
    if (!this.#suspended) this.#screen.edit(this.#editor)
  }

  #press(key: string): void {
    switch (key) {
      case '\r':
      case '\n':
      case '\r\n':
        return this.#enter()
      case '\x03':
        return signal(SIGINT)
      case '\x1c':
        this.#leaveRaw() // nobody is told of this one before it ends the process
        return signal(SIGQUIT)
      case '\x1a':
        return void this.#suspend()
      case '\x0c':
        return this.#screen.clear()
      case '\x04': // Ctrl-D ends the input where nothing is typed, and deletes elsewhere
        if (this.#editor.text === '') return this.#end()
    }
    this.#editor.press(key)
  }

  // What the shell says then comes below the line.
  async #suspend(): Promise<void> {
    this.#suspended = true
    this.#screen.keep(this.#editor.text)
    await this.#screen.written()
    this.#leaveRaw()
    signal(SIGTSTP)
    setTimeout(this.#goOn, NOT_STOPPED) // where nobody can start it again, nothing stops it
  }

  #enter(): void {
    const line = this.#editor.enter()
    this.#screen.keep(line)
    this.push(b4a.from(`${line}\n`))
  }

  #end(): void {
    if (this.#ended) return
    this.#leave()
    this.push(null)
  }

  #leave(): void {
    this.#ended = true
    process.off('SIGCONT', this.#goOn)
    Bare.off('exit', this.#leaveRaw)
    if (!this.#terminal.destroying) this.#leaveRaw()
    this.#screen.edit(null)
  }
}

function signal(number: number): void {
  os.kill(GROUP, number)
}

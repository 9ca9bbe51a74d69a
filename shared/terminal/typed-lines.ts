import b4a from 'b4a'
import os from 'bare-os'
import process from 'bare-process'
import Readline from 'bare-readline'
import { Readable, Transform } from 'bare-stream'
import type { ReadStream } from 'bare-tty'
import { PROMPT, type Screen } from './screen.js'

const { SIGINT = 2, SIGQUIT = 3, SIGTSTP = 20 } = os.constants.signals
const GROUP = 0 // as a terminal does, which signals all of a pipeline

const START = '\x01'
const END = '\x05'
const LEFT = '\x1b[D'
const RIGHT = '\x1b[C'
const BACKSPACE = '\x7f'
// eslint-disable-next-line no-control-regex
const KEYS = /\x1b\[[0-9;]*[~A-Z]|\x1bO[A-Z]|\x1b[^[O]?|[\x00-\x1f\x7f]/g
const TAB = '\u2409' // the symbol for it, which takes one column; Readline drops a tab

/** The lines that are typed at a terminal, each with its newline, edited in the live line of `screen`. */
export class TypedLines extends Readable {
  readonly #terminal: ReadStream
  readonly #screen: Screen
  readonly #readline: Readline
  readonly #leaveRaw = (): void => void this.#terminal.setRawMode(false)
  readonly #goOn = (): void => {
    this.#leaveRaw() // a shell may have set it otherwise meanwhile
    this.#terminal.setRawMode(true)
    this.#screen.promptWith(this.#readline)
  }

  constructor(terminal: ReadStream, screen: Screen) {
    super()
    this.#terminal = terminal
    this.#screen = screen
    terminal.setRawMode(true)
    process.on('SIGCONT', this.#goOn)
    Bare.on('exit', this.#leaveRaw) // told twice to stop, it ends without `_predestroy`

    const keys: Transform = new Transform({
      transform: (typed, _, cb) => {
        this.#translate(String(typed), keys).then(() => cb(null), cb)
      }
    })
    terminal.setEncoding('utf8')
    terminal.pipe(keys)
    this.#readline = new Readline({ input: keys, output: screen.terminal!, prompt: PROMPT })
    this.#readline.on('data', (line) => {
      screen.promptWith(this.#readline)
      this.push(b4a.from(`${line.replaceAll(TAB, '\t')}\n`))
    })
    this.#readline.on('end', () => {
      this.#leave()
      this.push(null)
    })
    screen.promptWith(this.#readline)
  }

  override _predestroy(): void {
    this.#leave()
    this.#terminal.destroy()
  }

  #leave(): void {
    process.off('SIGCONT', this.#goOn)
    Bare.off('exit', this.#leaveRaw)
    if (!this.#terminal.destroying) this.#leaveRaw()
    this.#screen.promptWith(null)
  }

  // Readline takes many keys for the letters they are made of. Here they get the meaning they have in
  // every shell, in keys that it knows.
  async #translate(typed: string, keys: Transform): Promise<void> {
    let rest = 0
    for (const { 0: key, index } of typed.matchAll(KEYS)) {
      keys.push(typed.slice(rest, index))
      await new Promise<void>((resolve) => void setImmediate(resolve)) // Readline is behind by some ticks
      keys.push(this.#meaning(key))
      rest = index + key.length
    }
    keys.push(typed.slice(rest))
  }

  #meaning(key: string): string {
    const { line, cursor } = this.#readline
    const before = line.slice(0, cursor)
    const after = line.slice(cursor)
    switch (key) {
      case '\x03':
        return signal(SIGINT)
      case '\x1c':
        this.#leaveRaw() // nobody is told of this one before it ends the process
        return signal(SIGQUIT)
      case '\x1a':
        this.#leaveRaw()
        return signal(SIGTSTP)
      case '\x04': // Ctrl-D ends the input where nothing is typed, and deletes elsewhere
        return line === '' ? key : erase(after)
      case '\x1b[3~':
        return erase(after)
      case '\x0b':
        return END + BACKSPACE.repeat(after.length)
      case '\x15':
        return BACKSPACE.repeat(before.length)
      case '\x17':
        return BACKSPACE.repeat(/\S*\s*$/.exec(before)![0].length)
      case '\x02':
      case '\x1b[D':
      case '\x1bOD':
        return LEFT.repeat(lastCharacter(before))
      case '\x06':
      case '\x1b[C':
      case '\x1bOC':
        return RIGHT.repeat(firstCharacter(after))
      case '\b':
      case BACKSPACE:
        return BACKSPACE.repeat(lastCharacter(before))
      case '\x1b[H':
      case '\x1bOH':
      case '\x1b[1~':
      case '\x1b[7~':
        return START
      case '\x1b[F':
      case '\x1bOF':
      case '\x1b[4~':
      case '\x1b[8~':
        return END
      case '\t':
        return TAB
    }
    const known = /^(\x1b[[O][AB]|[\x01\x05\x0a\x0c\x0d\x0e\x10])$/ // eslint-disable-line no-control-regex
    return known.test(key) ? key : ''
  }
}

function signal(number: number): string {
  os.kill(GROUP, number)
  return ''
}

// A character of two UTF-16 units, as most emoji are, goes at once.
function lastCharacter(text: string): number {
  return /[\ud800-\udbff][\udc00-\udfff]$/.test(text) ? 2 : 1
}

function firstCharacter(text: string): number {
  return (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1
}

function erase(after: string): string {
  const units = firstCharacter(after)
  return after === '' ? '' : RIGHT.repeat(units) + BACKSPACE.repeat(units)
}

import { graphemes } from './columns.js'

const REMEMBERED = 1000 // lines

/** A line that is being typed, with the keys that every shell has, and the lines before it. */
export class LineEditor {
  text = ''
  /** How many UTF-16 units of `text` are before the cursor; between two graphemes. */
  cursor = 0
  readonly #history: string[] = []
  #recalled = 0 // the index in #history of what is shown; its length: what was typed
  #typed = ''

  insert(text: string): void {
    this.#set(this.#before + text, this.#after)
  }

  /** Does what `key`, as a terminal sends it, is for; nothing for other keys. */
  press(key: string): void {
    const before = this.#before
    const after = this.#after
    const last = graphemes(before).at(-1) ?? ''
    const [first = ''] = graphemes(after)
    switch (key) {
      case '\t':
        return this.insert(key)
      case '\b':
      case '\x7f': // Backspace
        return this.#set(cutEnd(before, last.length), after)
      case '\x04': // Ctrl-D
      case '\x1b[3~': // Delete
        return this.#set(before, after.slice(first.length))
      case '\x0b': // Ctrl-K
        return this.#set(before, '')
      case '\x15': // Ctrl-U
        return this.#set('', after)
      case '\x17': // Ctrl-W
        return this.#set(before.replace(/\S*\s*$/, ''), after)
      case '\x02': // Ctrl-B, Left
      case '\x1b[D':
      case '\x1bOD':
        this.cursor -= last.length
        return
      case '\x06': // Ctrl-F, Right
      case '\x1b[C':
      case '\x1bOC':
        this.cursor += first.length
        return
      case '\x01': // Ctrl-A, Home
      case '\x1b[H':
      case '\x1bOH':
      case '\x1b[1~':
      case '\x1b[7~':
        this.cursor = 0
        return
      case '\x05': // Ctrl-E, End
      case '\x1b[F':
      case '\x1bOF':
      case '\x1b[4~':
      case '\x1b[8~':
        this.cursor = this.text.length
        return
      case '\x10': // Ctrl-P, Up
      case '\x1b[A':
      case '\x1bOA':
        return this.#recall(this.#recalled - 1)
      case '\x0e': // Ctrl-N, Down
      case '\x1b[B':
      case '\x1bOB':
        return this.#recall(this.#recalled + 1)
    }
  }

  /** The line is done: returns it, remembers it, and starts an empty one. */
  enter(): string {
    const line = this.text
    if (line.trim() !== '' && line !== this.#history.at(-1)) this.#history.push(line)
    if (this.#history.length > REMEMBERED) this.#history.shift()
    this.#recalled = this.#history.length
    this.#set('', '')
    return line
  }

  get #before(): string {
    return this.text.slice(0, this.cursor)
  }

  get #after(): string {
    return this.text.slice(this.cursor)
  }

  #set(before: string, after: string): void {
    this.text = before + after
    this.cursor = before.length
  }

  #recall(index: number): void {
    if (index < 0 || index > this.#history.length) return
    if (this.#recalled === this.#history.length) this.#typed = this.text
    this.#recalled = index
    this.#set(this.#history[index] ?? this.#typed, '')
  }
}

function cutEnd(text: string, units: number): string {
  return text.slice(0, text.length - units)
}

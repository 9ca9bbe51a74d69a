import { constants, cursorPosition, cursorUp, eraseLineEnd } from 'bare-ansi-escapes'
import { graphemes, width, wrap } from './columns.js'

// What a terminal takes for wider than we do must not start a row.
const AUTOWRAP_OFF = `${constants.CSI}?7l`
const AUTOWRAP_ON = `${constants.CSI}?7h`

/** To the upper left corner. */
export const HOME = `${constants.CSI}H`

/** A line that is being typed; `cursor` is an index in `text`. */
export interface Typing {
  readonly text: string
  readonly cursor: number
}

/**
 * How `typing` is drawn after `prompt`, with the cursor at its place, from the start of a row on; and what
 * is before the cursor then, by rows. What is higher than the terminal is drawn around the cursor.
 */
export function drawTyping(
  prompt: string,
  typing: Typing,
  columns: number,
  height: number
): { drawing: string; beforeCursor: string[] } {
  const text = prompt + printable(typing.text)
  const before = wrap(text.slice(0, prompt.length + typing.cursor), columns)
  if (width(before.at(-1)!) >= columns) before.push('')
  const rows = wrap(text, columns)
  if (rows.length < before.length) rows.push('')

  const top = Math.max(0, before.length - height)
  const beforeCursor = before.slice(top)
  const shown = rows.slice(top, top + height).map((row) => placed(row, columns))
  const toCursor =
    up(shown.length - beforeCursor.length) + cursorPosition(width(beforeCursor.at(-1)!))
  return {
    drawing: AUTOWRAP_OFF + shown.join('\r\n') + toCursor + AUTOWRAP_ON,
    beforeCursor
  }
}

/** Text that is typed, of the same length, each tab (and C1 control, in what is pasted) as one column. */
export function printable(text: string): string {
  return text.replaceAll('\t', '\u2409').replace(/[\u0080-\u009f]/g, '\ufffd')
}

/** Moves the cursor up. */
export function up(rows: number): string {
  return rows > 0 ? cursorUp(rows) : '' // 0 goes up one, too
}

// Terminals differ in how many columns an emoji of several code points takes: what follows is put where
// we count it.
function placed(row: string, columns: number): string {
  let drawing = ''
  let x = 0
  for (const grapheme of graphemes(row)) {
    drawing += grapheme
    x += width(grapheme)
    if (grapheme.length > 1 && x < columns) drawing += cursorPosition(x) + eraseLineEnd
  }
  return drawing
}

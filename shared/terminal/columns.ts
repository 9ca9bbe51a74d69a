let stringWidth: (text: string) => number
let segmenter: Intl.Segmenter

/** To be awaited before the rest is used: it takes a tenth of a start, and only a terminal needs it. */
export async function loadColumns(): Promise<void> {
  stringWidth = (await import('string-width')).default
  segmenter = new Intl.Segmenter()
}

/** How many columns of a terminal `text` takes. */
export function width(text: string): number {
  return stringWidth(text)
}

/** What people take for the characters of `text`: an accent is part of its letter, an emoji is one. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** As much of the start of `text` as `columns` hold. */
export function cut(text: string, columns: number): string {
  return width(text) <= columns ? text : wrap(text, columns)[0]!
}

/** `text` in rows of `columns`, one at least; what is wider than a row has one of its own. */
export function wrap(text: string, columns: number): string[] {
  const rows: string[] = []
  let row = ''
  let used = 0
  for (const grapheme of graphemes(text)) {
    const wide = width(grapheme)
    if (used > 0 && used + wide > columns) {
      rows.push(row)
      row = ''
      used = 0
    }
    row += grapheme
    used += wide
  }
  return [...rows, row]
}

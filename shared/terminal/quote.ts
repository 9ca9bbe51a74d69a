/** Somebody's words in our sentence: on one line, and not without end. */
export function quote(words: string): string {
  return JSON.stringify(words.length > 80 ? `${words.slice(0, 80)}…` : words)
}

/** As one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w./\\:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

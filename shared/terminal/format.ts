import b4a from 'b4a'
import type { Gap } from '../log/gap.js'

const NEWLINE = b4a.from('\n')

/** What is printed for a block, as pieces in order. */
export type Format = (block: Uint8Array, index: number) => Uint8Array[]

/** The format that the flags choose; the output is a terminal or not. */
export function chooseFormat(flags: { raw?: unknown; json?: unknown; terminal: boolean }): Format {
  if (flags.raw) return raw
  if (flags.json) return json
  return flags.terminal ? terminalText : text
}

/** The block's bytes and nothing else. */
export const raw: Format = (block) => [block]

/** `Block <index>: <text>`, ended by one newline. */
export const text: Format = (block, index) => {
  const prefix = b4a.from(`Block ${index}: `)
  const terminated = block[block.byteLength - 1] === NEWLINE[0]
  return terminated ? [prefix, block] : [prefix, block, NEWLINE]
}

/**
 * As `text`, with what could drive a terminal shown as `\x1b` and the like: a log is somebody else's
 * bytes. C0 (but tab and newline) and C1 controls, and the bidirectional controls of Unicode UAX #9.
 */
export const terminalText: Format = (block, index) =>
  text(b4a.from(escapeControls(b4a.toString(block))), index)

/**
 * One JSON object for each line that the block holds, or part of a line where the block begins or ends inside
 * one: `{"block":3,"data":"text\n"}`, or `{"block":3,"base64":"..."}` when that line is not valid UTF-8.
 * Escaped as `terminalText`, so that it is fit for a terminal, too.
 */
export const json: Format = jsonWith({})

/** The same, with `first` at the beginning of each object. */
export function jsonWith(first: object): Format {
  return (block, index) => {
    const objects = linesOf(block).map((line) => {
      const data = b4a.toString(line)
      const isText = b4a.equals(b4a.from(data), line)
      const value = isText ? { data } : { base64: b4a.toString(line, 'base64') }
      return `${JSON.stringify({ ...first, block: index, ...value })}\n`
    })
    return [b4a.from(objects.join('').replace(CONTROLS, unicodeEscape))]
  }
}

/** Each line after `label`, ended by a newline; `terminal`: as `terminalText`. */
export function labelled(label: Uint8Array, { terminal }: { terminal: boolean }): Format {
  return (block) => {
    const shown = terminal ? b4a.from(escapeControls(b4a.toString(block))) : block
    return linesOf(shown).flatMap((line) => {
      const isEnded = line[line.byteLength - 1] === NEWLINE[0]
      return isEnded ? [label, line] : [label, line, NEWLINE]
    })
  }
}

/** In the place of blocks that are gone: `{"gone":{"from":0,"to":41233}}`, with `first` at the beginning. */
export function formatGap(gap: Gap, first: object = {}): Uint8Array {
  return b4a.from(`${JSON.stringify({ ...first, gone: gap })}\n`)
}

// With their newlines; an empty block is one without.
function linesOf(block: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let start = 0
  do {
    const end = block.indexOf(NEWLINE[0]!, start) + 1 || block.byteLength
    lines.push(block.subarray(start, end))
    start = end
  } while (start < block.byteLength)
  return lines
}

const CONTROLS =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** What could drive a terminal, shown as `\\x1b` and the like. */
export function escapeControls(s: string): string {
  return s.replace(CONTROLS, (c) => {
    const code = c.charCodeAt(0)
    return code > 0xff ? unicodeEscape(c) : `\\x${code.toString(16).padStart(2, '0')}`
  })
}

function unicodeEscape(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
}

import b4a from 'b4a'
import process from 'bare-process'
import type { Gap } from '../log/gap.js'
import { formatGap, jsonWith, labelled, type Format } from './format.js'
import type { Output } from './output.js'
import type { Screen } from './screen.js'
import { openStandardOutput } from './standard-output.js'

// Of a terminal: cyan, green, yellow, magenta, blue, red.
const COLOURS = [36, 32, 33, 35, 34, 31]
const DEFAULT_COLOUR = 39

interface Host {
  flags: { json: boolean }
  screen: Screen
  onstop: (fn: () => Promise<void>) => void
  fail: (err: unknown) => void
}

/** What one of several logs prints through. */
export interface OutputShare {
  output: Output
  format: Format
  formatGap: ((gap: Gap) => Uint8Array) | null
}

/** Standard output for several logs, each line with the name of its log; gives each of them its part. */
export function shareOutput(host: Host): (name: string) => OutputShare {
  const { output, isTerminal } = openStandardOutput(host)
  const inTurn = takeTurns(output)
  let count = 0
  return (name) => {
    const colour = COLOURS[count++ % COLOURS.length]!
    const shown = isTerminal && !process.env.NO_COLOR ? coloured(name, colour) : name
    const label = b4a.from(`${shown} | `)
    if (host.flags.json) {
      const first = { log: name }
      return {
        output: inTurn,
        format: jsonWith(first),
        formatGap: (gap) => formatGap(gap, first)
      }
    }
    const format = labelled(label, { terminal: isTerminal })
    return { output: inTurn, format, formatGap: null }
  }
}

// The live line makes way for one write at a time.
function takeTurns(output: Output): Output {
  let turn: Promise<void> = Promise.resolve()
  return {
    write: (data, cb) => {
      turn = turn.then(
        () =>
          new Promise((resolve) => {
            output.write(data, (err) => {
              resolve()
              cb(err)
            })
          })
      )
    }
  }
}

function coloured(text: string, colour: number): string {
  return `\x1b[${colour}m${text}\x1b[${DEFAULT_COLOUR}m`
}

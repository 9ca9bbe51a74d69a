import { UsageError } from '../log/errors.js'
import { parseKey } from '../log/key.js'
import { isName, NAME_RULE } from '../storage/names.js'
import { quote } from '../terminal/quote.js'

/** Under which heading `--help` shows a flag. */
export const GROUPS = [
  'What to write',
  'What to show',
  'When to stop',
  'Where things are',
  'Network',
  'Other'
] as const

export type Group = (typeof GROUPS)[number]
/** What paparam has for a flag: its value, true for one without a value, undefined when it was not given. */
export type Given = string | boolean | undefined

/** A flag of the command line, whose value is a `T`. */
export interface Flag<T> {
  /** `--from <n>`, or `--raw` for one without a value. */
  readonly usage: string
  readonly group: Group
  readonly meaning: string
  /** Throws a UsageError when what was given cannot be used. */
  read(given: Given): T
}

/** Flags by their names in camel case. */
export type Flags = Record<string, Flag<unknown>>

/** The values of flags. */
export type Values<F extends Flags> = { [K in keyof F]: F[K] extends Flag<infer T> ? T : never }

/** True when it was given. */
export function toggle(usage: string, group: Group, meaning: string): Flag<boolean> {
  return { usage, group, meaning, read: (given) => given === true }
}

/** `--no-x`: false when it was given. */
export function inverse(usage: string, group: Group, meaning: string): Flag<boolean> {
  return { usage, group, meaning, read: (given) => given !== false }
}

/** A text, or null when it was not given. */
export function text(usage: string, group: Group, meaning: string): Flag<string | null> {
  return { usage, group, meaning, read: (given) => (typeof given === 'string' ? given : null) }
}

/** A whole number of 0 or more, or null when it was not given. */
export function count(usage: string, group: Group, meaning: string): Flag<number | null> {
  const read = (given: Given): number | null => {
    if (typeof given !== 'string') return null
    const n = Number(given)
    if (/^\d+$/.test(given) && Number.isSafeInteger(n)) return n
    throw new UsageError(
      `${nameOf({ usage })} takes a whole number of 0 or more, not ${quote(given)}`
    )
  }
  return { usage, group, meaning, read }
}

/** The public key of a peer, or null when it was not given. */
export function peerKey(usage: string, group: Group, meaning: string): Flag<Uint8Array | null> {
  const read = (given: Given): Uint8Array | null => {
    if (typeof given !== 'string') return null
    if (/^([0-9a-f]{64}|[13-9a-km-uw-z]{52})$/i.test(given)) return parseKey(given)
    throw new UsageError(
      `${nameOf({ usage })} takes the public key of a peer, 64 hex digits or 52 z-base-32 characters, and this is not one`
    )
  }
  return { usage, group, meaning, read }
}

/** As `count`, or `word`. */
export function countOr<W extends string>(
  word: W,
  ...[usage, group, meaning]: [usage: string, group: Group, meaning: string]
): Flag<number | W | null> {
  const number = count(usage, group, meaning)
  return { ...number, read: (given) => (given === word ? word : number.read(given)) }
}

/** The name of a log, or null when it was not given. */
export function name(usage: string, group: Group, meaning: string): Flag<string | null> {
  const read = (given: Given): string | null => {
    if (typeof given !== 'string') return null
    if (isName(given)) return given
    throw new UsageError(`${nameOf({ usage })} takes a name, ${NAME_RULE}, not ${quote(given)}`)
  }
  return { usage, group, meaning, read }
}

/** `host:port,host:port` as DHT nodes, or null when it was not given. */
export function nodes(usage: string, group: Group, meaning: string): Flag<Node[] | null> {
  return {
    usage,
    group,
    meaning,
    read: (given) => (typeof given === 'string' ? parseNodes(given) : null)
  }
}

/** A node of the DHT. */
export interface Node {
  host: string
  port: number
}

function parseNodes(list: string): Node[] {
  return list.split(',').map((part) => {
    const node = part.trim()
    const [, host, digits] = /^([^:\s]+):(\d{1,5})$/.exec(node) ?? []
    const port = Number(digits)
    if (host && port > 0 && port < 65536) return { host, port }
    if (/^\[|^[^/]*:[^/]*:/.test(node)) {
      const what = '--dht-bootstrap takes IPv4 addresses and host names alone, as HyperDHT does'
      throw new UsageError(`${what}, not ${quote(node)}`)
    }
    throw new UsageError(`--dht-bootstrap takes host:port,host:port, not ${quote(list)}`)
  })
}

/** `--from` of `--from <n>`. */
export function nameOf({ usage }: { usage: string }): string {
  return usage.split(/[ |]/)[0]!
}

import { closest, distance } from 'fastest-levenshtein'
import { arg, bail, command, flag, footer, summary, type Bail } from 'paparam'
import pkg from '#manifest'
import { UsageError } from '../log/errors.js'
import type { Network } from '../peers/replicated-core.js'

const SLIP = 3 // letters, between a word and what was meant

export interface Definition {
  /** How the program is started, as a shell takes it. */
  program: string
  summary: string
  /** `<name>` (needed) and its description. */
  args?: Record<string, string>
  /** `--flag` or `--flag <value>`, and its description. */
  flags?: Record<string, string>
  /** What `pearlog` can be followed by, and its description; a program with commands has flags of its own alone. */
  commands?: Record<string, string>
  /** What `--version` says besides. */
  origin?: string
  /** What people do with it, as lines for a shell. */
  examples: string[]
}

export interface CommandLine {
  args: Record<string, string | undefined>
  flags: Record<string, string | boolean | undefined>
  /** What `--help` or `--version` asks to print instead of running. */
  print: string | null
}

const VERSION = { '--version': 'print the version' }
const COMMON_FLAGS = {
  '--storage <dir>': 'keep the logs in this folder',
  '--dht-bootstrap <nodes>': 'enter the DHT at these nodes, as host:port,host:port',
  '--quiet': 'print nothing but errors on standard error',
  ...VERSION
}

/** Throws a UsageError when `argv` does not fit the definition. */
export function parseCommandLine(definition: Definition, argv: string[]): CommandLine {
  const { program, args = {}, commands, examples, origin = '' } = definition
  const flags = { ...definition.flags, ...(commands ? VERSION : COMMON_FLAGS) }
  const parser = command(
    program,
    summary(definition.summary),
    ...Object.entries(args).map(([spec, description]) => arg(spec, description)),
    ...Object.entries(flags).map(([spec, description]) => flag(spec, description)),
    ...Object.entries(commands ?? {}).map(([name, text]) => command(name, summary(text))),
    footer(['Examples:', ...examples.map((line) => `  ${line}`)].join('\n')),
    bail((reason) => {
      // paparam wants every argument before it looks at a flag like --version.
      if (reason.reason === 'MISSING_ARG' && parser.flags.version) return
      throw new UsageError(`${explain(reason, flags, argv, commands)} (see ${program} --help)`)
    })
  )

  parser.parse(argv, { silent: true })
  const print = parser.flags.help
    ? parser.help()
    : parser.flags.version
      ? `${pkg.name} ${pkg.version}\n${origin && `${origin}\n`}`
      : null
  if (commands && print === null) throw new UsageError(`which command? (see ${program} --help)`)
  return { args: parser.args, flags: parser.flags, print }
}

/** The whole number of 0 or more that was given as `--name`, or null when none was. */
export function parseCount({ flags }: CommandLine, name: string): number | null {
  const text = flags[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())]
  if (typeof text !== 'string') return null
  const n = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(n)) return n
  throw new UsageError(`--${name} takes a whole number of 0 or more, not ${quote(text)}`)
}

/** Throws a UsageError when more than one of these flags, which contradict each other, was given. */
export function chooseOne({ flags }: CommandLine, ...names: string[]): void {
  const given = names.filter((name) => flags[name] !== undefined && flags[name] !== false)
  if (given.length < 2) return
  throw new UsageError(`choose one of ${given.map((name) => `--${name}`).join(' and ')}`)
}

/** `host:port,host:port` as bootstrap nodes. */
export function parseBootstrap(text: string): NonNullable<Network['bootstrap']> {
  return text.split(',').map((node) => {
    const [, host, digits] = /^([^:\s]+):(\d{1,5})$/.exec(node) ?? []
    const port = Number(digits)
    if (host && port > 0 && port < 65536) return { host, port }
    throw new UsageError(`--dht-bootstrap takes host:port,host:port, not ${quote(text)}`)
  })
}

function explain(
  wrong: Bail,
  flags: Record<string, string>,
  argv: string[],
  commands?: Record<string, string>
): string {
  const value = wrong.arg?.value ?? ''
  if (wrong.reason === 'MISSING_ARG') return `${value} is missing`
  if (wrong.reason === 'UNKNOWN_ARG') {
    if (commands && value !== '') {
      const [word = ''] = argv
      return `there is no command ${quote(word)}${meant(word, Object.keys(commands))}`
    }
    return value === '' ? 'an argument is empty' : `one argument too many: ${quote(value)}`
  }

  const { name } = wrong.flag!
  const flagged = name.length > 1 ? `--${name}` : `-${name}`
  if (wrong.reason === 'UNKNOWN_FLAG') {
    const names = Object.keys(flags).map((key) => key.split(' ')[0]!)
    return `there is no flag ${quote(flagged)}${meant(flagged, names)}`
  }
  if (flags[flagged]) return `${flagged} takes no value`
  const spec = Object.keys(flags).find((key) => key.startsWith(`${flagged} `))!
  const next = argv[argv.indexOf(flagged) + 1] ?? ''
  if (/^-\d/.test(next)) return `${flagged} takes a whole number of 0 or more, not ${quote(next)}`
  return `${spec} needs a value: ${flags[spec]}`
}

function meant(text: string, names: string[]): string {
  const near = closest(text, names)
  return distance(text, near) <= SLIP ? `, did you mean ${near}?` : ''
}

// Somebody's words in our sentence: on one line, and not without end.
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

import { closest, distance } from 'fastest-levenshtein'
import { arg, bail, command, flag, type Bail } from 'paparam'
import pkg from '#manifest'
import { UsageError } from '../log/errors.js'
import { quote } from '../terminal/quote.js'
import { ofTail } from './habits.js'
import { nameOf, type Flags, type Values } from './flags.js'
import { formatHelp } from './help.js'
import { takeMore } from './more-arguments.js'

const SLIP = 3 // letters, and half of them at most, between a word and what was meant

export interface Definition<F extends Flags> {
  summary: string
  /** `[name]` and its meaning. */
  args: Record<string, string>
  /** There may be more arguments after them. */
  takesMore?: boolean
  flags: F
  /** What follows the name of a program that is nothing without, and its meaning. */
  commands?: Record<string, string>
  /** What `--version` prints besides: a line. */
  origin?: string
  /** Pairs of flags that contradict each other. */
  conflicts: readonly (readonly (keyof F & string)[])[]
  /** Flags, or one value of theirs, each with the flag that it is nothing without. */
  needs?: readonly (readonly [flag: keyof F & string, needed: keyof F & string, value?: string])[]
}

/** Arguments by their names; those that were not given are undefined. */
export type Args = Record<string, string | undefined>

/** What was asked for: a run, or by `--help` or `--version` a text to print instead. */
export type CommandLine<F extends Flags> =
  { print: string } | { print: null; args: Args; more: string[]; flags: Values<F> }

/** Throws a UsageError when `argv` does not fit the definition. `program` is how it was started. */
export function parseCommandLine<F extends Flags>(
  program: string,
  definition: Definition<F>,
  examples: string[],
  argv: string[]
): CommandLine<F> {
  const { args, flags, conflicts, needs = [], commands, origin = '' } = definition
  const parser = command(
    program,
    ...Object.entries(args).map(([usage, meaning]) => arg(usage, meaning)),
    ...Object.values(flags).map(({ usage, meaning }) => flag(usage, meaning)),
    ...Object.keys(commands ?? {}).map((name) => command(name)),
    bail((wrong) => {
      throw new UsageError(`${explain(wrong, definition, argv)} (see ${program} --help)`)
    })
  )
  refuseUnknown(program, flags, argv)
  const taken = definition.takesMore ? takeMore(argv, flags) : { argv, more: [] }
  parser.parse(taken.argv, { silent: true })
  if (parser.flags.help) return { print: formatHelp(program, definition, examples) }
  if (parser.flags.version) return { print: `${pkg.name} ${pkg.version}\n${origin}` }
  if (commands) throw new UsageError(`which command? (see ${program} --help)`)

  for (const names of conflicts) {
    const given = names.filter((name) => parser.flags[name])
    if (given.length < 2) continue
    throw new UsageError(`choose one of ${given.map((name) => nameOf(flags[name]!)).join(' and ')}`)
  }
  for (const [name, needed, value] of needs) {
    const given = parser.flags[name]
    if (!given || (value !== undefined && given !== value) || parser.flags[needed]) continue
    const what = [nameOf(flags[name]!), value].filter(Boolean).join(' ')
    throw new UsageError(`${what} goes with ${nameOf(flags[needed]!)}`)
  }
  const values = Object.entries(flags).map(([name, each]) => [name, each.read(parser.flags[name])])
  return {
    print: null,
    args: { ...parser.args },
    more: taken.more,
    flags: Object.fromEntries(values) as Values<F>
  }
}

function explain(
  wrong: Bail,
  { flags, commands }: Pick<Definition<Flags>, 'flags' | 'commands'>,
  argv: string[]
): string {
  const value = wrong.arg?.value ?? ''
  if (wrong.reason === 'UNKNOWN_ARG') {
    const [word = ''] = argv
    if (commands && word !== '') {
      return `there is no command ${quote(word)}${suggest(word, Object.keys(commands))}`
    }
    return value === '' ? 'an argument is empty' : `one argument too many: ${quote(value)}`
  }

  const { name } = wrong.flag!
  const given = name.length > 1 ? `--${name}` : `-${name}`
  if (wrong.reason === 'UNKNOWN_FLAG') {
    const habit = flags.tail ? ofTail(given, argv) : null
    const hint = habit ? `: ${habit}` : suggest(given, Object.values(flags).map(nameOf))
    return `there is no flag ${quote(given)}${hint}`
  }
  const known = Object.values(flags).find((each) => nameOf(each) === given)!
  if (known.usage === given) return `${given} takes no value`
  const next = argv[argv.indexOf(given) + 1] ?? ''
  if (/^-\d/.test(next)) return `${given} takes a whole number of 0 or more, not ${quote(next)}`
  return `${known.usage} needs a value: ${known.meaning}`
}

// paparam takes `--no-x` for `--x`, and the other way round.
function refuseUnknown(program: string, flags: Flags, argv: string[]): void {
  const all = Object.values(flags)
  for (let i = 0; i < argv.length && argv[i] !== '--'; i++) {
    const [, given, value] = /^(--(?:no-)?[^=]+)(=[^]*)?$/.exec(argv[i]!) ?? []
    if (given === undefined) continue
    const known = all.find((each) => nameOf(each) === given)
    const plain = given.replace(/^--no-/, '--')
    const isNear = all.some((each) => nameOf(each).replace(/^--no-/, '--') === plain)
    const why = known
      ? known.usage === given && value !== undefined && `${given} takes no value`
      : isNear && `there is no flag ${quote(given)}`
    if (why) throw new UsageError(`${why} (see ${program} --help)`)
    if (known && known.usage !== given && value === undefined) i++ // its value
  }
}

function suggest(word: string, names: string[]): string {
  const near = closest(word, names)
  const letters = word.replace(/^-+/, '').length
  return distance(word, near) <= Math.min(SLIP, letters / 2) ? `, did you mean ${near}?` : ''
}

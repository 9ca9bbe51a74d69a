import { GROUPS, type Flags } from './flags.js'

interface Definition {
  summary: string
  args: Record<string, string>
  flags: Flags
  commands?: Record<string, string>
}

/** What `--help` prints: how `program` is started, what it does, its flags by group, and examples. */
export function formatHelp(
  program: string,
  { summary, args, flags, commands = {} }: Definition,
  examples: string[]
): string {
  const all = Object.values(flags)
  const names = [...Object.keys(args), ...Object.keys(commands), ...all.map(({ usage }) => usage)]
  const width = Math.max(...names.map(length))
  const row = (left: string, right: string): string => `  ${left.padEnd(width)}  ${right}`
  const rows = (entries: Record<string, string>): string[] =>
    Object.entries(entries).map(([name, meaning]) => row(name, meaning))
  const command =
    Object.keys(commands).length > 0 ? ['<command>'] : ['[flags]', ...Object.keys(args)]
  return [
    [program, ...command].join(' '),
    '',
    summary,
    ...section('Commands', rows(commands)),
    ...section('Arguments', rows(args)),
    ...GROUPS.flatMap((group) =>
      section(
        group,
        all.filter((flag) => flag.group === group).map(({ usage, meaning }) => row(usage, meaning))
      )
    ),
    ...section(
      'Examples',
      examples.map((line) => `  ${line}`)
    ),
    ''
  ].join('\n')
}

function section(title: string, rows: string[]): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...rows]
}

function length(text: string): number {
  return text.length
}

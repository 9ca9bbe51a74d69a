import { GROUPS, type Flags } from './flags.js'

interface Definition {
  summary: string
  args: Record<string, string>
  flags: Flags
}

/** What `--help` prints: how `program` is started, what it does, its flags by group, and examples. */
export function formatHelp(
  program: string,
  { summary, args, flags }: Definition,
  examples: string[]
): string {
  const all = Object.values(flags)
  const width = Math.max(...[...Object.keys(args), ...all.map(({ usage }) => usage)].map(length))
  const row = (left: string, right: string): string => `  ${left.padEnd(width)}  ${right}`
  return [
    [program, '[flags]', ...Object.keys(args)].join(' '),
    '',
    summary,
    ...section(
      'Arguments',
      Object.entries(args).map(([name, meaning]) => row(name, meaning))
    ),
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

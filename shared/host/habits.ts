// What `tail` calls these, for people who have used it for long.
const LINES = /^-(?:[fFq]*n|-lines=?)?(\d*)$/
const FOLLOW = /^-(?:[fFqv]*[fF][fFqv]*|-follow(?:=.*)?|-retry)$/

/** What the reader calls a flag of `tail` that stands in `argv`; null when it is none. */
export function ofTail(flag: string, argv: string[]): string | null {
  const short = flag.replace(/^-+/, '')
  const at = argv.findIndex((arg) => arg.replace(/^-+/, '').startsWith(short) && arg[0] === '-')
  const given = argv[at] ?? flag
  if (FOLLOW.test(given)) return 'following is the default'
  const lines = LINES.exec(given)
  if (!lines) return null
  const number = lines[1] || argv[at + 1] || ''
  if (/^\+\d/.test(number)) return 'to start at a block, use --from <n>'
  return `for the last lines, use --tail ${/^\d+$/.test(number) ? number : '<n>'}`
}

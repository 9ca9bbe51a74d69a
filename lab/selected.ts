/** The entries that the command line names, or all of them; ends with 2 for a name that is not there. */
export function selected<T>(what: string, entries: Record<string, T>): [string, T][] {
  const wanted = Bare.argv.slice(2)
  const unknown = wanted.find((name) => !entries[name])
  if (unknown) {
    console.error(`there is no ${what} ${unknown}: choose of ${Object.keys(entries).join(', ')}`)
    Bare.exit(2)
  }
  return Object.entries(entries).filter(([name]) => wanted.length === 0 || wanted.includes(name))
}

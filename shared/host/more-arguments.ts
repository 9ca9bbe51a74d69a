import { nameOf, type Flags } from './flags.js'

/** Takes the arguments after the first one out of `argv`: paparam 1.13 takes flags after them for arguments, too. */
export function takeMore(argv: string[], flags: Flags): { argv: string[]; more: string[] } {
  const rest: string[] = []
  const more: string[] = []
  let count = 0
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') return { argv: [...rest, ...argv.slice(i)], more }
    const isArgument = word === '-' || !word.startsWith('-')
    if (isArgument && ++count > 1) more.push(word)
    else rest.push(word)
    if (takesNext(word, flags) && i + 1 < argv.length) rest.push(argv[++i]!)
  }
  return { argv: rest, more }
}

function takesNext(word: string, flags: Flags): boolean {
  return Object.values(flags).some((flag) => nameOf(flag) === word && flag.usage.includes('<'))
}

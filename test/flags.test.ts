import fs from 'bare-fs'
import path from 'bare-path'
import test from 'brittle'
import { parseCommandLine } from '../shared/host/command-line.js'
import * as definitions from '../shared/host/definitions.js'
import { GROUPS, nameOf, type Flag, type Flags } from '../shared/host/flags.js'

const { reader, writer } = definitions
const KEY = 'a'.repeat(64)

test('the table of all flags is that of the command line', (t) => {
  t.alike(tableOf('docs/flags.md', 'All flags'), rows())
})

test("README's table has flags of the command line, in its words", (t) => {
  const known = rows().map((cells) => cells.join())
  const shown = tableOf('README.md', 'Flags')
  t.ok(shown.length > 10)
  for (const cells of shown) t.ok(known.includes(cells.join()), cells[0])
})

test('--help shows every flag once, under its heading', (t) => {
  const help = ['--help']
  for (const [definition, { print }] of [
    [reader, parseCommandLine('it', reader, ['an example'], help)],
    [writer, parseCommandLine('it', writer, ['an example'], help)]
  ] as const) {
    const headings = print!.split('\n\n').map((text) => text.trim().split('\n'))
    for (const group of GROUPS) {
      const flags = Object.values(definition.flags as Flags).filter((flag) => flag.group === group)
      const lines = headings.find(([title]) => title === `${group}:`)?.slice(1) ?? []
      t.alike(
        lines.map((line) => line.trim().split(/ {2,}/)),
        flags.map(({ usage, meaning }) => [usage, meaning]),
        group
      )
    }
  }
})

test('a flag that goes with another one is refused without it', async (t) => {
  const alone = async () => parseCommandLine('it', writer, [], ['--json'])
  await t.exception(alone(), /--json goes with --list/)
  t.is(parseCommandLine('it', writer, [], ['--json', '--list']).print, null)
})

test('a flag is not taken for its opposite, nor for another one', async (t) => {
  for (const [definition, argv, message] of [
    [writer, ['--no-sync=1'], /--no-sync takes no value/],
    [writer, ['--sync'], /there is no flag "--sync"/],
    [writer, ['--sync=1'], /there is no flag "--sync"/],
    [writer, ['--no-quiet'], /there is no flag "--no-quiet"/],
    [reader, [KEY, '--no-sync'], /there is no flag "--no-sync"/],
    [reader, ['--no-from', KEY], /there is no flag "--no-from" /],
    [reader, ['--raw=1', KEY], /--raw takes no value/]
  ] as const) {
    const parse = async () => {
      if (definition === writer) parseCommandLine('it', writer, [], [...argv])
      else parseCommandLine('it', reader, [], [...argv])
    }
    await t.exception(parse(), message)
  }
  t.is(parseCommandLine('it', writer, [], ['--storage=--sync']).print, null, 'a value is none')
})

test('flags have their values, and those that were not given have none', (t) => {
  const args = ['--dht-bootstrap', 'host:1,other:2', '--from', '3', '--raw', KEY]
  const parsed = parseCommandLine('it', reader, [], args)
  if (parsed.print !== null) return t.fail()
  t.alike(parsed.args, { key: KEY })
  const { dhtBootstrap, from, raw, json, tail, storage } = parsed.flags
  t.alike(dhtBootstrap, [
    { host: 'host', port: 1 },
    { host: 'other', port: 2 }
  ])
  t.alike([from, raw, json, tail, storage], [3, true, false, null, null])
})

function rows(): string[][] {
  const all = new Map<Flag<unknown>, string>()
  for (const [app, { flags }] of Object.entries({ reader, writer })) {
    for (const flag of Object.values(flags as Flags)) all.set(flag, all.has(flag) ? 'both' : app)
  }
  return GROUPS.flatMap((group) =>
    [...all]
      .filter(([flag]) => flag.group === group)
      .map(([flag, app]) => [`\`${flag.usage.replace('|', ', ')}\``, app, flag.meaning])
  )
}

test('no two flags of an app have one name', (t) => {
  for (const { flags } of [reader, writer]) {
    const names = Object.values(flags as Flags).map(nameOf)
    t.is(new Set(names).size, names.length)
  }
})

// The cells of a page's table of flags, below a heading.
function tableOf(file: string, heading: string): string[][] {
  const text = fs.readFileSync(path.join(import.meta.dirname, '..', '..', file), 'utf8')
  const section = text.split('\n## ').find((part) => part.startsWith(`${heading}\n`))!
  const lines = section.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim())
  )
}

import fs from 'bare-fs'
import path from 'bare-path'
import { randomBytes } from 'hypercore-crypto'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import type { AppName } from '../shared/host/runtime.js'
import { reader, writer, type AppOptions } from '../lab/apps.js'
import { commandLine } from '../lab/commands.js'
import { terminal, TerminalProgram } from '../lab/terminal-program.js'

const CTRL_C = '\x03'
const CTRL_D = '\x04'
const ENTER = '\r'
const [UP, DOWN, RIGHT, LEFT] = ['\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D']
const [HOME, END, DELETE] = ['\x1b[H', '\x1b[F', '\x1b[3~']
const BACKSPACE = '\x7f'

const skip = !TerminalProgram.available

test('a line is typed, edited, remembered and sent', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = onTerminal(t, 'writer', [], { bootstrap, storage: await t.tmp() })
  await w.shows(/key: ([0-9a-f]{64})[^]*>$/)
  const r = reader(t, key(w), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
  await w.shows('serving 1 reader')

  const edits = [
    [`hello${ENTER}`, 'hello'],
    [`ac${LEFT}b${HOME}>${END}d${ENTER}`, '>abcd'],
    [`one two\x17three${ENTER}`, 'one three'],
    [`forgotten\x15kept${ENTER}`, 'kept'],
    [`cut here${LEFT}${LEFT}${LEFT}${LEFT}\x0b${ENTER}`, 'cut '],
    [`xy${HOME}${DELETE}${ENTER}`, 'y'],
    [`a\tb${ENTER}`, 'a\tb'],
    [`añ漢😀${BACKSPACE}!${ENTER}`, 'añ漢!'],
    [`${UP}${UP}${ENTER}`, 'a\tb'],
    [`x😀${LEFT}y${ENTER}`, 'xy😀'],
    [`x😀${LEFT}${BACKSPACE}e${ENTER}`, 'e😀'],
    [`x👩‍👩‍👧${BACKSPACE}y${ENTER}`, 'xy'],
    [`cafe\u0301s${LEFT}${LEFT}${BACKSPACE}v${ENTER}`, 'cave\u0301s'],
    [`🇩🇪👍🏽${LEFT}${LEFT}${DELETE}${RIGHT}!${ENTER}`, '👍🏽!'],
    [`draft${UP}${DOWN}ed${ENTER}`, 'drafted']
  ] as const
  for (const [i, [keys, line]] of edits.entries()) {
    w.press(keys)
    await r.prints(`Block ${i}: ${line}\n`)
  }
  t.is(r.stdout.split('\n').length - 2, edits.length, 'nothing else was sent')

  w.press('not sent')
  await w.shows('not sent')
  w.press(CTRL_C)
  t.is(await w.program.ended, 130)
})

const WIDE = '漢字かな混じり文、한국어 👩‍👩‍👧 cafe\u0301 🇩🇪 👍🏽 and 😀 '.repeat(5)

for (const [columns, graphemes] of [
  [80, true],
  [20, true],
  [20, false]
] as const) {
  const screen = `${columns} columns${graphemes ? '' : ' that counts otherwise'}`
  test(`a wide line that wraps is on the screen once: ${screen}`, { skip }, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const options = { bootstrap, storage: await t.tmp(), columns, rows: 40, graphemes }
    const w = onTerminal(t, 'writer', [], options)
    await w.shows(/>$/)
    const above = w.text
    for (const character of WIDE) w.press(character)
    w.press('end')
    await w.shows(/end$/)
    if (graphemes) t.is(w.text.replaceAll('\n', ''), `${above} ${WIDE}end`.replaceAll('\n', ''))
    t.is(w.text.split('>').length, above.split('>').length)

    w.press(`${HOME}${DELETE}a${END}\x7f!`)
    await w.shows(/en!$/)
    t.ok(/> ?a字/.test(w.text.replaceAll('\n', '')))
    w.press(ENTER)
    await w.shows(/en!\nlooking for peers.*>$/)
    t.is(w.text.split('>').length, above.split('>').length + 1)
    w.press(`\x15${CTRL_D}`)
    await w.shows('all committed: length 1')
    const r = reader(t, key(w), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
    await r.prints(`Block 0: a${WIDE.slice(1)}en!\n`)
    w.press(CTRL_C)
    await w.program.ended
  })
}

test('a line that is higher than the terminal is shown around the cursor', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const options = { bootstrap, storage: await t.tmp(), columns: 20, rows: 5 }
  const w = onTerminal(t, 'writer', [], options)
  await w.shows(/>$/)
  const [above] = w.text.split('looking')
  w.press('.'.repeat(20 - 'looking for peers> '.length))
  for (let i = 0; i < 30; i++) w.press(`row ${String(i).padEnd(16)}`)
  w.press('end')
  await w.shows(/row 29 *\nend$/)
  t.absent(w.text.includes('row 1 '), 'the start of it is not')
  w.press(HOME)
  await w.shows(/> \.\nrow 0/)
  t.is(w.text.split('looking')[0], above)
  t.absent(w.text.includes('row 29'), 'the end of it is not')
  w.press(CTRL_C)
  await w.program.ended
})

for (const [ways, env] of [
  ['that breaks its lines anew', { TMUX: 'yes', VTE_VERSION: '' }],
  ['of unknown ways', { TMUX: '', VTE_VERSION: '' }]
] as const) {
  test(`resizing a terminal ${ways} while a line is typed`, { skip }, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const options = { bootstrap, storage: await t.tmp(), rows: 40, env }
    const w = onTerminal(t, 'writer', [], options)
    if (env.TMUX) w.terminal.options.reflowCursorLine = true
    await w.shows(/>$/)
    const [above] = w.text.split('looking')
    w.press(`${WIDE}end`)
    await w.shows(/end$/)
    for (const [columns, firstRows] of [
      [20, /> \n漢字かな混じり文、한\n/],
      [33, /> 漢字かな混じり\n/],
      [80, /> 漢[^\n]*漢字かな混じり\n文/]
    ] as const) {
      w.resize(columns, 40)
      await w.shows(firstRows)
      w.press('!')
      await w.shows(/end!$/)
      w.press(BACKSPACE)
      await w.shows(/end$/)
      const line = w.text.slice(w.text.lastIndexOf('looking')).replaceAll('\n', '')
      t.is(line, `looking for peers> ${WIDE}end`)
      t.ok(w.text.startsWith(above!), 'nothing above is lost')
      if (env.TMUX) t.is(w.text.split('looking').length, 2, 'no piece is left')
    }
    w.press(CTRL_C)
    await w.program.ended
  })
}

test('Ctrl-L leaves nothing but the line', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = onTerminal(t, 'writer', [], { bootstrap, storage: await t.tmp() })
  await w.shows(/>$/)
  w.press('漢字\x0c!')
  await w.shows(/^looking for peers> 漢字!$/)
  w.press(CTRL_C)
  t.is(await w.program.ended, 130)
})

test('Ctrl-D ends the input, and the writer stays', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = onTerminal(t, 'writer', [], { bootstrap, storage: await t.tmp() })
  await w.shows(/>$/)
  w.press(`one${ENTER}`)
  await w.shows(/1 block>$/)
  w.press(CTRL_D)
  await w.shows('end of input, all committed: length 1')
  await w.shows('looking for peers, 1 block, 4B')
  w.press(CTRL_C)
  t.is(await w.program.ended, 130)
  t.absent(/looking for peers, 1 block/.test(w.text), 'the live line is gone')
})

test('the live line shows peers and blocks, below what is printed', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const options = { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] }
  const r = onTerminal(t, 'reader', [await w.key()], options)
  for (let i = 0; i < 30; i++) {
    w.type(`line ${i}\n`)
    await r.shows(`Block ${i}: line ${i}\n`)
  }
  await r.shows(/following the writer, 30 blocks, 230B/)
  await w.stop(15)
  await r.shows('looking for peers, 30 blocks')
  const lines = Array.from({ length: 30 }, (_, i) => `Block ${i}: line ${i}\n`).join('')
  t.ok(r.text.startsWith(`Skipping 0 earlier blocks...\n${lines}looking for peers`), r.text)
  r.press(CTRL_C)
  t.is(await r.program.ended, 130)
})

test('the live line tells the writer from the readers', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  const [one, other] = await Promise.all(
    [await t.tmp(), await t.tmp()].map(async (storage) =>
      onTerminal(t, 'reader', [await w.key()], { bootstrap, storage })
    )
  )
  await w.says('serving 2 readers')
  await one!.shows('following the writer and 1 reader')
  await other!.shows('following the writer and 1 reader')
  await w.stop(15)
  await one!.shows(/following 1 reader/)
  for (const r of [one!, other!]) {
    r.press(CTRL_C)
    t.is(await r.program.ended, 130)
  }
})

test('catching up shows how far, and leaves no trace', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type(`${'x'.repeat(99)}\n`.repeat(600_000))
  w.endInput()
  await w.says('all committed')
  const flags = ['--from', '0', '--exit', '--text', '>', path.join(await t.tmp(), 'copy')]
  const options = { bootstrap, storage: await t.tmp(), flags }
  const r = onTerminal(t, 'reader', [await w.key()], options)
  await r.shows(/catching up with the writer, \d+%, .*[MkG]B\/s, .* left, \[=+ +\]/)
  t.is(await r.program.ended, 0)
  t.is(r.text, '')
})

test('a file on its way shows how far it is, at both ends', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const file = path.join(await t.tmp(), 'file')
  fs.writeFileSync(file, randomBytes(100_000_000))
  const w = onTerminal(t, 'writer', ['--hand-over', file], {
    bootstrap,
    storage: await t.tmp(),
    columns: 120
  })
  await w.shows(/not shared before the end of the input, \d+%, .*\[=* *\]/)
  const get = ['--from', '0', '--raw', '--exit', '>', path.join(await t.tmp(), 'copy')]
  const r = onTerminal(t, 'reader', [key(w), ...get], {
    bootstrap,
    storage: await t.tmp(),
    columns: 120
  })
  await Promise.all([
    w.shows(/handing over to 1 reader, \d+%, .*\[=* *\]/),
    r.shows(/catching up with the writer, \d+%, .*\[=* *\]/)
  ])
  t.is(await w.program.ended, 0)
  t.is(await r.program.ended, 0)
  const sum = /100000000 bytes, digest [0-9a-f]{64}$/
  t.is(sum.exec(w.text)?.[0], sum.exec(r.text)?.[0])
  t.ok(sum.test(w.text), w.text)
})

test('what a log holds cannot drive the terminal', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  const options = { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] }
  const evil = [
    'cursor \x1b[2J\x1b[H\x1b[10A',
    'title \x1b]0;owned\x07',
    'hidden \x1b[8mtext\x1b[0m',
    'overwritten\rnew',
    'erased\b\b\b',
    'C1 \u009b31m',
    'backwards \u202egnp.exe',
    'isolate \u2066x\u2069',
    'del \x7f'
  ]
  const r = onTerminal(t, 'reader', [await w.key()], options)
  let titled = false
  r.terminal.onTitleChange(() => (titled = true))
  for (const line of evil) w.type(`${line}\n`)
  w.type('the end\n')
  await r.shows('the end')
  for (const shown of [
    String.raw`cursor \x1b[2J\x1b[H\x1b[10A`,
    String.raw`title \x1b]0;owned\x07`,
    String.raw`hidden \x1b[8mtext\x1b[0m`,
    String.raw`overwritten\x0dnew`,
    String.raw`erased\x08\x08\x08`,
    String.raw`C1 \x9b31m`,
    String.raw`backwards \u202egnp.exe`,
    String.raw`isolate \u2066x\u2069`,
    String.raw`del \x7f`
  ]) {
    t.ok(r.text.includes(shown), shown)
  }
  t.absent(titled)
})

test('a narrow terminal shows what fits, also when it has become narrow', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const w = writer(t, { bootstrap, storage: await t.tmp() })
  w.type('one\n')
  const options = { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] }
  const r = onTerminal(t, 'reader', [await w.key()], options)
  await r.shows('following the writer, 1 block, 4B')
  r.resize(24, 10)
  await r.shows(/one\nfollowing the writer$/)
  t.is(r.text, 'Skipping 0 earlier blocks...\nBlock 0: one\nfollowing the writer')
  r.resize(80, 24)
  await r.shows(/one\nfollowing the writer, 1 block, 4B/)
})

for (const [name, flags, env] of [
  ['--quiet', ['--quiet'], undefined],
  ['a dumb terminal', [], { TERM: 'dumb' }]
] as const) {
  test(`${name} has no live line, and the terminal's own line editing`, { skip }, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const options = { bootstrap, storage: await t.tmp(), flags: [...flags], env }
    const w = onTerminal(t, 'writer', [], options)
    await w.shows('hypercore key')
    const r = reader(t, key(w), { bootstrap, storage: await t.tmp(), flags: ['--from', '0'] })
    w.press(`hellp${BACKSPACE}o\n`)
    await r.prints('Block 0: hello\n')
    t.absent(w.text.includes('> '))
    w.press(CTRL_C)
    t.is(await w.program.ended, 130)
  })
}

test('NO_COLOR leaves the live line plain', { skip }, async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  for (const env of [{ NO_COLOR: '' }, { NO_COLOR: '1' }]) {
    const options = { bootstrap, storage: await t.tmp(), env }
    const r = onTerminal(t, 'reader', ['a'.repeat(64)], options)
    await r.shows('looking for peers')
    const dim = r.terminal.buffer.active.getLine(0)!.getCell(0)!.isDim() !== 0
    t.is(dim, env.NO_COLOR === '')
    r.press(CTRL_C)
    await r.program.ended
  }
})

interface Options extends AppOptions {
  columns?: number
  rows?: number
  graphemes?: boolean
}

function onTerminal(t: Test, app: AppName, args: string[], options: Options): TerminalProgram {
  const { env, columns, rows, graphemes, ...setting } = options
  const command = commandLine(app, args, setting).join(' ')
  return terminal(t, command, { env, columns, rows, graphemes })
}

function key(w: TerminalProgram): string {
  return /key: ([0-9a-f]{64})/.exec(w.text)![1]!
}

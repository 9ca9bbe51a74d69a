// npm run pictures: the screens in docs/, from both apps as they run on terminals here.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { formatNodes } from '../lab/network.js'
import { endOnSignals } from '../lab/program.js'
import { Stage } from '../lab/stage.js'
import { terminal, type Terminal, type TerminalProgram } from '../lab/terminal-program.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const DOCS = path.join(ROOT, 'docs')
const PATH = `${path.join(ROOT, 'bin')}:${process.env.PATH}` // where `pearlog` is
const ENTER = '\r'
const [WIDTH, HEIGHT, MARGIN] = [8.4, 18, 12] // of a cell, and around all, in pixels
const [LIGHT, DIM, DARK] = ['#d8dee9', '#8b95a7', '#20242d']

endOnSignals()
const stage = await Stage.open()
const nodes = formatNodes(stage.bootstrap)

const writer = await shell('writer', 12)
await run(writer, `pearlog write --dht-bootstrap ${nodes}`, />$/)
const key = /key: ([0-9a-f]{64})/.exec(writer.text)![1]!
const follow = `pearlog read ${key} --dht-bootstrap ${nodes}`
const reader = await shell('reader', 12)
await run(reader, follow, 'following the writer')
const other = await shell('other', 12)
await run(other, follow, 'following')
for (const [i, line] of ['hello', 'this line is on my disk', 'and now on yours, too'].entries()) {
  writer.press(line + ENTER)
  await reader.shows(`Block ${i}: ${line}`)
}
await writer.shows(/yours, too\n.*2 readers>$/)
await reader.shows(/following the writer and 1 reader, 3 blocks/)
save('writer', writer.terminal)
save('reader', reader.terminal)

fs.writeFileSync(stage.path('app.log'), `${'x'.repeat(99)}\n`.repeat(3_000_000))
const source = await shell('source', 12)
await run(source, `pearlog write --dht-bootstrap ${nodes} < ../app.log`, 'all committed')
const sourceKey = /key: ([0-9a-f]{64})/.exec(source.text)![1]!
const copy = await shell('copy', 6)
const flags = `--from 0 --raw --exit --dht-bootstrap ${nodes}`
await run(copy, `pearlog read ${sourceKey} ${flags} > app.log`, /[4-6]\d%, .* left/)
save('catch-up', copy.terminal)

await stage.close()
Bare.exit()

async function shell(name: string, rows: number): Promise<TerminalProgram> {
  const home = stage.path(name)
  fs.mkdirSync(home)
  const env = { PATH, HOME: home, XDG_DATA_HOME: home, PS1: '$ ', ENV: '' }
  const program = terminal(stage, `env -C ${home} sh -i`, { rows, env })
  await program.shows('$')
  return program
}

async function run(on: TerminalProgram, command: string, shows: string | RegExp): Promise<void> {
  on.press(command + ENTER)
  await on.shows(shows)
}

function save(name: string, { buffer, cols }: Terminal): void {
  const rows = buffer.active.cursorY + 1
  const lines: string[] = []
  for (let y = 0; y < rows; y++) {
    const line = buffer.active.getLine(buffer.active.baseY + y)!
    const spans: { text: string; color: string; x: number }[] = []
    for (let x = 0; x < cols; x++) {
      const cell = line.getCell(x)!
      const color = cell.isDim() ? DIM : LIGHT
      const last = spans.at(-1)
      if (last?.color === color) last.text += cell.getChars() || ' '
      else spans.push({ text: cell.getChars() || ' ', color, x })
    }
    for (const { text, color, x } of spans) {
      if (text.trim() === '') continue
      const at = `x="${MARGIN + x * WIDTH}" y="${MARGIN + (y + 0.75) * HEIGHT}" fill="${color}"`
      const length = `textLength="${text.trimEnd().length * WIDTH}"`
      lines.push(`<text ${at} ${length} xml:space="preserve">${escape(text.trimEnd())}</text>`)
    }
  }
  const [width, height] = [cols * WIDTH + 2 * MARGIN, rows * HEIGHT + 2 * MARGIN]
  const font = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"'
  fs.mkdirSync(DOCS, { recursive: true })
  fs.writeFileSync(
    path.join(DOCS, `${name}.svg`),
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${font}>`,
      `<rect width="100%" height="100%" rx="8" fill="${DARK}"/>`,
      ...lines,
      '</svg>\n'
    ].join('\n')
  )
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

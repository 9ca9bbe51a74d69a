// A log's life in one terminal: a DHT of our own on this machine, a writer, two readers. Real
// processes over real UDP, and no internet.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { colorCyan, colorGreen, colorMagenta, colorYellow, modifierReset } from 'bare-ansi-escapes'
import type { Program } from '../lab/program.js'
import { SIGINT } from '../lab/signals.js'
import { Stage } from '../lab/stage.js'
import { sleep } from '../lab/time.js'

const PAUSE = 250 // ms between two lines, for whoever watches

let stage: Stage | null = null
const programs: Program[] = []

process.on('SIGINT', () => void end(130))
process.on('SIGTERM', () => void end(143))

play().then(
  () => end(0),
  (err: Error) => {
    narrate(`the demo failed: ${err.message}`)
    return end(1)
  }
)

async function play(): Promise<void> {
  narrate('starting a DHT of ten nodes on this machine; nothing leaves it')
  const here = (stage = await Stage.open())
  const readme = fs.readFileSync(path.join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')
  const prose = readme.split('```').filter((_, i) => i % 2 === 0)
  const text = prose
    .join('')
    .split('\n')
    .filter((line) => /^[A-Za-z][^[\]]*$/.test(line))

  const write = (): Program => shown('writer', colorYellow, here.writer('writer'))
  let writer = write()
  const key = await writer.key()
  const follow = (name: string, color: string): Program =>
    shown(name, color, here.reader(name, key, { flags: ['--from', '0'] }))
  const readers = [follow('reader 1', colorCyan), follow('reader 2', colorMagenta)]

  narrate('typing the first lines of README.md into the writer')
  await type(text.slice(0, 4))

  narrate('stopping the writer; the readers stay')
  await writer.stop(SIGINT)
  narrate('starting it again: the same key, the next block')
  writer = write()
  await type(text.slice(4, 7))

  narrate('the writer is gone for good; a third reader gets the log from the other two')
  await writer.stop(SIGINT)
  const late = follow('reader 3', colorGreen)
  await late.prints(`: ${text[6]}\n`)
  narrate('that was pearlog; all its data was in a temporary folder')

  async function type(typed: string[]): Promise<void> {
    for (const line of typed) {
      writer.type(`${line}\n`)
      await Promise.all(readers.map((reader) => reader.prints(`: ${line}\n`)))
      await sleep(PAUSE)
    }
  }
}

function shown(name: string, color: string, program: Program): Program {
  const { stdout, stderr } = program.process
  for (const stream of [stdout!, stderr!]) {
    let partial = ''
    stream.on('data', (data) => {
      const lines = (partial + String(data)).split('\n')
      partial = lines.pop()!
      for (const line of lines) say(name, color, line)
    })
  }
  programs.push(program)
  return program
}

async function end(code: number): Promise<void> {
  await Promise.all(programs.map((program) => program.stop(SIGINT)))
  await stage?.close()
  Bare.exit(code)
}

function narrate(line: string): void {
  say('demo', '', line)
}

function say(name: string, color: string, line: string): void {
  const label = name.padEnd(8)
  const colored = color && 'isTTY' in process.stdout && !process.env.NO_COLOR
  console.log(colored ? `${color}${label}${modifierReset} | ${line}` : `${label} | ${line}`)
}

// A log's life in one terminal: a DHT of our own on this machine, a writer, a reader, a late one. Real
// processes over real UDP, and no internet.
import process from 'bare-process'
import { colorCyan, colorMagenta, colorYellow, modifierReset } from 'bare-ansi-escapes'
import type { Program } from '../lab/program.js'
import { SIGINT, SIGKILL } from '../lab/signals.js'
import { Stage } from '../lab/stage.js'
import { sleep } from '../lab/time.js'

const PAUSE = 500 // ms between two lines, for whoever watches
// What the apps say for people who start them by hand, or of what the demo tells itself.
const LEFT_OUT = /each block has a prefix here|to follow it: |^Skipping [1-9]/

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
  narrate('a DHT of ten nodes is started on this machine; nothing leaves it')
  const here = (stage = await Stage.open())
  const writer = shown('writer', colorYellow, here.writer('writer'))
  const key = await writer.key()
  const follow = (name: string, color: string, ...flags: string[]): Program =>
    shown(name, color, here.reader(name, key, { flags }))
  const write = async (lines: string[]): Promise<void> => {
    for (const line of lines) {
      writer.type(`${line}\n`)
      await sleep(PAUSE)
    }
  }

  narrate('1. A reader follows the writer: each line is a signed block, and appears at once.')
  const first = follow('reader', colorCyan)
  await first.says('following')
  await write(['09:00 build started', '09:01 212 files compiled', '09:02 tests started'])
  await first.prints('09:02')

  narrate('2. The reader is killed with kill -9. The writer goes on; nobody reads these two lines.')
  await first.stop(SIGKILL)
  await write(['09:03 one test failed', '09:04 it passed the second time'])

  narrate(
    '3. The reader comes back: it goes on with block 3. No line is missing, and none comes twice.'
  )
  const again = follow('reader', colorCyan)
  await again.prints('09:04')
  await again.says('following')

  narrate('4. The writer is stopped for good.')
  await writer.stop(SIGINT)

  narrate(
    '5. A late reader comes: it gets all five blocks from the other reader, and verifies them.'
  )
  const late = follow('late', colorMagenta, '--from', '0')
  await Promise.all([late.prints('09:04'), late.says('following')])
  await sleep(PAUSE)
  narrate('That was pearlog. All its data was in a temporary folder.')
}

function shown(name: string, color: string, program: Program): Program {
  const { stdout, stderr } = program.process
  for (const stream of [stdout!, stderr!]) {
    let partial = ''
    stream.on('data', (data) => {
      const lines = (partial + String(data)).split('\n')
      partial = lines.pop()!
      for (const line of lines) if (!LEFT_OUT.test(line)) say(name, color, line)
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

// npm test [-- <name> ...]
//
// Runs the files of test/, or those named, each in a process of its own and a few at a time: they wait more
// than they work. Prints what each has printed when it has ended, and at last the sum.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import process from 'bare-process'
import { Program, endOnSignals } from './program.js'
import { selected } from './selected.js'
import { now } from './time.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const RUNNER = path.join(ROOT, 'node_modules', 'brittle', 'bin', 'bare.js')
const TESTS = path.join(ROOT, 'dist', 'test')
const SUFFIX = '.test.js'
const TIMEOUT = 120_000 // ms, of a test
const AT_ONCE = Math.min(4, os.availableParallelism() + 1)
const COUNTS = /^# tests = (\d+)\/(\d+) pass$/m

endOnSignals()
// The longest first, so that none is left alone at the end.
const size = (file: string): number => fs.statSync(path.join(TESTS, file)).size
const files = fs
  .readdirSync(TESTS)
  .map(String)
  .filter((name) => name.endsWith(SUFFIX))
  .toSorted((a, b) => size(b) - size(a))
const names = files.map((file) => [file.slice(0, -SUFFIX.length), file] as const)
const queue = selected('file of tests', Object.fromEntries(names))
const start = now()
let [passed, all] = [0, 0]
let failed = false
await Promise.all(Array.from({ length: AT_ONCE }, work))
const seconds = Math.round((now() - start) / 1000)
console.log(`\n# all tests = ${passed}/${all} pass, in ${seconds} s\n`)
Bare.exit(failed ? 1 : 0)

async function work(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [name, file] = next
    const from = now()
    const args = ['--timeout', String(TIMEOUT), path.join('dist', 'test', file)]
    const program = new Program([process.execPath, RUNNER, ...args])
    const code = await program.ended
    console.log(`\n## ${name}, ${Math.round((now() - from) / 1000)} s\n${program.stdout}`)
    if (program.stderr !== '') console.log(program.stderr)
    const [, pass = '0', of = '0'] = COUNTS.exec(program.stdout) ?? []
    passed += Number(pass)
    all += Number(of)
    if (code === 0 && pass === of && of !== '0') continue
    failed = true
    if (of === '0') console.log(`not ok 1 - ${name} was cut off, with ${code}`)
  }
}

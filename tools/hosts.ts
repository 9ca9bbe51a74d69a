// npm run hosts
//
// Installs the packed tarball with npm, and copies the executable of `npm run make`, and what is to be deployed
// for Pear 3, to clean places: an empty home, and no more on the PATH than needed. Writes and reads a log
// there. Needs the npm registry.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import { run } from '../lab/apps.js'
import { median } from '../lab/median.js'
import { formatNodes } from '../lab/network.js'
import { endOnSignals, type Program } from '../lab/program.js'
import { SIGTERM } from '../lab/signals.js'
import { Stage } from '../lab/stage.js'
import { now } from '../lab/time.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const STARTS = 10
const LINE = 'from a clean place\n'
const SYSTEM = '/usr/bin:/bin'
const HOST = `${process.platform}-${process.arch}`
const OUT = path.join(ROOT, 'out')
const LINKS = ['pearlog-write', 'pearlog-read']

endOnSignals()
const stage = await Stage.open()
const folder = await stage.tmp()
const nodes = formatNodes(stage.bootstrap)
let failed = false
try {
  const prefix = path.join(folder, 'npm')
  npm('pack', '--ignore-scripts', '--pack-destination', folder)
  const tarball = path.join(
    folder,
    fs.readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  )
  npm('install', '--global', '--prefix', prefix, tarball)
  console.log(`npm: tarball ${kilobytes(tarball)} kB`)
  await use('npm', `${path.join(prefix, 'bin')}:${SYSTEM}`)

  const made = path.join(OUT, HOST, 'pearlog')
  if (!fs.existsSync(made)) throw new Error(`there is no ${made}: npm run make`)
  const bin = path.join(folder, 'bin')
  fs.mkdirSync(bin)
  fs.cpSync(made, path.join(bin, 'pearlog'))
  for (const link of LINKS) fs.symlinkSync('pearlog', path.join(bin, link))
  console.log(`executable: ${kilobytes(made)} kB`)
  await use('executable', bin)

  await use('layout', deployed())
} catch (err) {
  console.error((err as Error).message)
  failed = true
}
await stage.close()
Bare.exit(failed ? 1 : 0)

// As `pear install` takes it: every command of the manifest is a file there, of the manifest's version.
function deployed(): string {
  const deploy = path.join(folder, 'deploy')
  fs.cpSync(path.join(OUT, 'deploy'), deploy, { recursive: true })
  const app = path.join(deploy, 'by-arch', HOST, 'app')
  const manifest = fs.readFileSync(path.join(deploy, 'package.json'), 'utf8')
  const { bin, version } = JSON.parse(manifest) as { bin: object; version: string }
  for (const name of Object.keys(bin)) {
    const { stdout } = spawnSync(path.join(app, name), ['--version'])
    expect('layout', 'its version', String(stdout).startsWith(`pearlog ${version}\n`))
  }
  for (const link of LINKS) fs.symlinkSync('pearlog', path.join(app, link))
  return app
}

async function use(host: string, PATH: string): Promise<void> {
  const home = path.join(folder, `home-of-${host}`)
  fs.mkdirSync(home)
  const start = (name: string, ...args: string[]): Program => {
    const clean = ['env', '-i', '-C', home, `HOME=${home}`, `PATH=${PATH}`]
    return run(stage, [...clean, name, ...args])
  }
  const outputOf = async (code: number, program: Program): Promise<string> => {
    const ended = await program.ended
    if (ended !== code) throw new Error(`${host}: ended with ${ended}: ${program.stderr}`)
    return program.stdout
  }

  const times: number[] = []
  for (let i = 0; i < STARTS; i++) {
    const from = now()
    await outputOf(0, start('pearlog', 'write', '--version'))
    times.push(now() - from)
  }

  const writer = start('pearlog', 'write', '--dht-bootstrap', nodes)
  const key = await writer.key()
  writer.type(LINE)
  await writer.says(`to follow it: pearlog read ${key} --dht-bootstrap`)
  const flags = ['--from', '0', '--raw', '--count', '1', '--dht-bootstrap', nodes]
  const read = await outputOf(0, start('pearlog', 'read', key, ...flags))
  expect(host, 'what was written', read === LINE)
  expect(host, 'no other process', children(writer) === '')
  expect(host, 'the code of a signal', (await writer.stop(SIGTERM)) === 143)
  expect(host, 'the code of wrong use', (await outputOf(2, start('pearlog', 'read'))) === '')
  const help = await outputOf(0, start('pearlog-read', '--help'))
  expect(host, 'the name of the link', help.startsWith('pearlog-read [flags] [key]\n'))
  console.log(
    `${host}: written and read; --version takes ${Math.round(median(times))} ms (median of ${STARTS})`
  )
}

function expect(host: string, what: string, holds: boolean): void {
  if (!holds) throw new Error(`${host}: not as expected: ${what}`)
}

function children({ process: { pid } }: Program): string {
  return String(fs.readFileSync(`/proc/${pid}/task/${pid}/children`))
}

function npm(...args: string[]): void {
  const { status, stderr } = spawnSync('npm', args, { cwd: ROOT })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${String(stderr)}`)
}

function kilobytes(file: string): number {
  return Math.round(fs.statSync(file).size / 1000)
}

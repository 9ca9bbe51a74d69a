// The commands of README.md and docs/, as they stand there, in a shell.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import pkg from '#manifest'
import { appCommand } from '../lab/commands.js'
import { formatNodes } from '../lab/network.js'
import { Program } from '../lab/program.js'
import { makeShims } from '../lab/shims.js'
import type { AppName } from '../shared/host/runtime.js'

const [KILL, TERM] = [9, 15]
const BLOCK = /([^]*?)^```(.*)\n([^]*?)^```$/gm // what is before it, language, code
const INPUT = 'one line\nand another\n'
const LATER = 'something new'
const LANGUAGES = ['sh', 'console', 'ts', '', 'ini', 'crontab', 'bash'] // service.test.ts has the last three
const FILES = ['photos.tar', 'events.txt', 'notes.txt']
const printInput = `printf '${INPUT.replaceAll('\n', '\\n')}'`
const OTHERS = {
  make: printInput,
  tar: printInput,
  journalctl: `${printInput}; while sleep 1; do echo '${LATER}'; done`,
  jq: 'exec cat'
}

// What is not run here, and why.
const pear = 'needs Pear; test/pear-host.test.ts stands in for Pear 1 and 2'
const local = 'needs a network of its own; test/local.test.ts has one'
const blind = 'needs a blind peer; test/blind-peer.test.ts has one'
const NOT_RUN: Record<string, string> = {
  'npm install && npm run demo': '.ci/run runs it',
  'npm install && npm test': '.ci/run runs it, and so this',
  [`npm pack && npm install -g pearlog-${pkg.version}.tgz`]:
    'npm run hosts does it in a clean place',
  'npm run make': 'needs a registry; npm run hosts runs what it made',
  'npm pkg set upgrade=pear://<link>': 'changes package.json',
  'pearlog update': 'needs a deployed executable; test/update.test.ts has one',
  'pear touch': pear,
  'pear stage pear://<link> out/deploy': pear,
  'pear stage --compact pear://<link>': pear,
  'pear seed pear://<link>': pear,
  'pear install pear://<link>': pear,
  'pear run --dev writer-app': pear,
  'pear run --dev reader-app <key>': pear,
  'npx @hyperswarm/testnet --size 4 --host 192.168.1.5': local,
  'pearlog write --dht-bootstrap 192.168.1.5:49736': local,
  'pearlog read <key> --dht-bootstrap 192.168.1.5:49736': local,
  'make 2>&1 | pearlog write --blind-peer <peer> --until-sync blind': blind,
  'pearlog read <key> --from 0 --blind-peer <peer>': blind,
  'sysctl -w net.core.rmem_max=4194304': 'is for the whole machine',
  'pearlog write --only-copy': 'needs a folder that was moved; test/moved.test.ts has one',
  'docker run --init -v pearlog:/data -i IMAGE pearlog write --storage /data':
    'needs a container engine and an image'
}

interface Command {
  line: string
  /** What a page shows below it. */
  output: string[]
}

const ROOT = path.join(import.meta.dirname, '..', '..')
const docs = fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
const pages = ['README.md', ...docs.map((name) => `docs/${name}`)].map(read)
const others = ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'test/FAULTS.md'].map(read)
const tasks = new Map<string, Command[]>()
for (const { file, text } of pages) {
  for (const [, before, language, code] of text.matchAll(BLOCK)) {
    if (language !== 'sh' && language !== 'console') continue
    const titles = [...before!.matchAll(/^(?:#+ (.*)|\*\*(.*?)\*\*)/gm)]
    const last = titles.at(-1)
    const title = last ? `${file}: ${last[1] ?? last[2]}` : [...tasks.keys()].at(-1)!
    const known = tasks.get(title) ?? []
    tasks.set(title, [...known, ...commandsOf(language, code!)])
  }
}
const commands = [...tasks.values()].flat().map(({ line }) => line)

test('README promises what FAULTS.md is about, word for word', (t) => {
  const kept = /\n\*\*Kept\.\*\*[^]*?\n- ([^]*?)\n\n/.exec(pages[0]!.text)![1]!
  const promises = kept.split('\n- ').map((text) => text.replaceAll(/\s+/g, ' '))
  t.ok(promises.length > 5)
  const faults = read('test/FAULTS.md').text.split('\n\n')
  const shown = faults.filter((text) => text.startsWith('> '))
  t.alike(
    shown.map((text) => text.slice(2).replaceAll(/\s+(> )?/g, ' ')),
    promises
  )
})

test('each command of the pages is run, or is known not to be', (t) => {
  t.ok(commands.length > 25)
  for (const line of Object.keys(NOT_RUN)) t.ok(commands.includes(line), line)
  for (const { file, text } of pages) {
    const blocks = [...text.matchAll(BLOCK)]
    t.is(text.match(/^ *(```|~~~)/gm)?.length ?? 0, 2 * blocks.length, `${file}: fences`)
    for (const [, , language, code] of blocks) {
      t.ok(LANGUAGES.includes(language!), `${file}: ${language}`)
      if (language === '') t.absent(/^ *\$|pearlog |npm |pear /m.test(code!), `${file}: a command`)
    }
  }
})

test('.ci/run runs the two commands for a fresh machine', (t) => {
  const { text } = read('.ci/run')
  for (const command of ['npm install', 'npm run demo', 'npm test']) t.ok(text.includes(command))
})

test('scripts and links that the pages name are there', (t) => {
  const { scripts } = JSON.parse(read('package.json').text) as { scripts: Record<string, string> }
  for (const { file, text } of [...pages, ...others]) {
    for (const [, script] of text.matchAll(/npm run (?:-s )?([a-z:-]+)/g)) {
      t.ok(scripts[script!], `${file}: npm run ${script}`)
    }
    for (const [, link, anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const target = link ? path.join(path.dirname(file), link) : file
      t.ok(fs.existsSync(path.join(ROOT, target)), `${file}: ${target}`)
      if (anchor) t.ok(anchors(read(target).text).includes(anchor), `${file}: ${target}#${anchor}`)
    }
  }
})

for (const [title, all] of tasks) {
  const run = all.filter(({ line }) => !(line in NOT_RUN))
  if (run.length === 0) continue
  test(title, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const home = await t.tmp()
    const flags = ['--dht-bootstrap', formatNodes(bootstrap)]
    const PATH = makeShims(home, flags, { ...OTHERS, pearlog: pearlog(flags) })
    for (const file of FILES) fs.writeFileSync(path.join(home, file), INPUT)

    const text = given(run)
    let key = ''
    let source: Program | null = null
    for (const { line, output } of run) {
      const filled = line.replace(/<key>|[0-9a-f]{64}/, key)
      const before = contents(home, filled)
      const command = shell(t, filled, { PATH, HOME: home, XDG_DATA_HOME: home })
      const app = appOf(line)
      if (app === 'reader') {
        if (text === null) await command.prints('Skipping 0 earlier blocks...\n')
        if (text === null) source!.type(INPUT)
        await gives(command, filled, text ?? 'and another', home, before)
      } else if (app === 'writer') {
        key = await command.key()
        if (/--until-sync 0|--export/.test(line)) t.is(await command.ended, 0, line)
        else source = command
      } else {
        t.is(await command.ended, 0, line)
      }
      for (const shown of output) await command.until(() => prints(command, shown, key), shown)
      if (app === 'reader') await stop(command, TERM) // politely: it repeats nothing next time
    }
    if (run.some(({ line }) => /--until-sync 1|--hand-over/.test(line)))
      t.is(await source!.ended, 0)
    t.pass()
  })
}

function read(file: string): { file: string; text: string } {
  return { file, text: fs.readFileSync(path.join(ROOT, file), 'utf8') }
}

// In a session, commands stand behind `$ ` and their output below; comments are for who reads the page.
function commandsOf(language: string, code: string): Command[] {
  const found: Command[] = []
  for (const line of code.trim().split('\n')) {
    const isCommand = language === 'sh' || line.startsWith('$ ')
    const command = line.replace(/^\$ /, '').replace(/ +# .*$/, '')
    if (isCommand) found.push({ line: command, output: [] })
    else found.at(-1)!.output.push(line)
  }
  return found
}

function appOf(line: string): AppName | null {
  if (line === 'pearlog list') return null
  if (/\b(pearlog write|npm run -s writer)\b/.test(line)) return 'writer'
  if (/\b(pearlog read|npm run -s reader)\b/.test(line)) return 'reader'
  return null
}

// The end of what goes in by itself, or null when somebody types it.
function given(run: Command[]): string | null {
  const all = run.map(({ line }) => line).join('\n')
  const printed = /(?:echo|printf) (["'])(.*?)\1/.exec(all)?.[2]
  if (printed) return printed.split('\\n').findLast((line) => line !== '')!
  return /make|journalctl|--hand-over| < /.test(all) ? 'and another' : null
}

function pearlog(flags: string[]): string {
  const run = (app: AppName): string =>
    `PEARLOG_STARTED_BY=npm exec ${appCommand(app).join(' ')} "$@" ${flags.join(' ')}`
  return `command=$1; shift
case $command in list) ${run('reader')} --list ;; write) ${run('writer')} ;; read) ${run('reader')} ;; *) exit 2 ;; esac`
}

// A line that a page shows, with this run's key; an app may name a command by its other name.
function prints({ stdout, stderr }: Program, shown: string, key: string): boolean {
  const line = shown.replace(/[0-9a-f]{64}/, key)
  if (!line.startsWith('[')) return stdout.split('\n').includes(line)
  return stderr.replace('pearlog-read', 'pearlog read').includes(line)
}

// What went in comes out: on standard output, or in a file. What is added to a
// file is new, or nothing.
async function gives(
  command: Program,
  line: string,
  text: string,
  home: string,
  before: string
): Promise<void> {
  const file = redirected(line)
  const now = (): string => (file ? contents(home, line) : command.stdout)
  if (line.includes('--mirror')) {
    await command.says('holds all of the log')
  } else if (line.includes('--exit')) {
    const code = await command.ended
    const nothingNew = line.endsWith('.jsonl')
    if (code !== 0 || now().includes(text) === nothingNew) {
      throw new Error(`${code}: ${command.stderr}`)
    }
  } else if (file) {
    const added = (): string => now().slice(before.length)
    await untilChanged(home, () => added().includes(before === '' ? text : LATER))
    if (before !== '' && added().includes(text)) throw new Error(`${text} again in ${file}`)
  } else {
    await command.until(() => now().includes(text), 'print it')
  }
}

function redirected(line: string): string | undefined {
  return / (?:>>?|--output) (\S+)$/.exec(line)?.[1]
}

function contents(home: string, line: string): string {
  const file = redirected(line)
  if (!file || !fs.existsSync(path.join(home, file))) return ''
  return fs.readFileSync(path.join(home, file), 'utf8')
}

function shell(t: Test, line: string, env: Record<string, string>): Program {
  const script = `cd "$HOME"; ${line}`
  const program = new Program(['setsid', 'sh', '-c', script], { env })
  t.teardown(() => stop(program, KILL))
  return program
}

function untilChanged(folder: string, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!condition()) return
      watcher.close()
      resolve()
    }
    const watcher = fs.watch(folder, check)
    check()
  })
}

// With all that the shell started: it is a group of its own, unless it has just begun, or has ended.
function stop(program: Program, signal: number): Promise<number> {
  try {
    os.kill(-program.process.pid, signal)
    return program.ended
  } catch {
    return program.stop(signal)
  }
}

// As public hosts make them from headings.
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase())
  return headings.map((heading) => heading.replaceAll(/[^\w -]/g, '').replaceAll(' ', '-'))
}

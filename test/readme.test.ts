// The commands of README's "Things to do with it", as they stand there, in a shell.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { formatNodes } from '../lab/network.js'
import { Program } from '../lab/program.js'
import { makeShims } from '../lab/shims.js'

const KILL = 9
const INPUT = 'one line\nand another\n'
const FILES = ['photos.tar', 'events.txt']
const OTHERS = {
  make: `printf '${INPUT.replaceAll('\n', '\\n')}'`,
  journalctl: `printf '${INPUT.replaceAll('\n', '\\n')}'; exec sleep 60`,
  jq: 'exec cat'
}

const ROOT = path.join(import.meta.dirname, '..', '..')
const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8')
const section = /\n## Things to do with it\n([^]*?)\n## /.exec(readme)![1]!
const tasks = [...section.matchAll(/\*\*(.*?)\*\*[^]*?```sh\n([^]*?)```/g)]

test('README promises what FAULTS.md is about, word for word', (t) => {
  const faults = fs.readFileSync(path.join(ROOT, 'test', 'FAULTS.md'), 'utf8')
  const kept = /\n\*\*Kept\.\*\*[^]*?\n- ([^]*?)\n\n/.exec(readme)![1]!
  const promises = kept.split('\n- ').map((text) => text.replaceAll(/\s+/g, ' '))
  t.ok(promises.length > 5)
  const shown = faults.split('\n\n').filter((text) => text.startsWith('> '))
  t.alike(
    shown.map((text) => text.slice(2).replaceAll(/\s+(> )?/g, ' ')),
    promises
  )
})

test('README has tasks', (t) => {
  t.ok(tasks.length >= 6)
})

for (const [, title, commands] of tasks) {
  test(`README: ${title}`, async (t) => {
    const { bootstrap } = await createTestnet(10, t)
    const nodes = formatNodes(bootstrap)
    const home = await t.tmp()
    const PATH = makeShims(home, ['--dht-bootstrap', nodes], OTHERS)
    for (const file of FILES) fs.writeFileSync(path.join(home, file), INPUT)

    const text = /echo "(.*?)"/.exec(commands!)?.[1] ?? 'and another'
    let key = ''
    let source: Program | null = null
    for (const line of commands!.trim().split('\n')) {
      const command = shell(t, line.replace('<key>', key), {
        PATH,
        HOME: home,
        XDG_DATA_HOME: home
      })
      if (line.includes('reader')) {
        await gives(command, line, text, home)
        await stop(command)
        continue
      }
      key = await command.key()
      if (line.includes('--until-sync 0')) t.is(await command.ended, 0)
      else source = command
    }
    if (commands!.includes('--until-sync 1')) t.is(await source!.ended, 0)
    t.pass()
  })
}

// What went in comes out: on standard output, or in the file that it is redirected to.
async function gives(command: Program, line: string, text: string, home: string): Promise<void> {
  const file = / >>? (\S+)$/.exec(line)?.[1]
  const isThere = (): boolean => {
    if (!file) return command.stdout.includes(text)
    const copy = path.join(home, file)
    return fs.existsSync(copy) && fs.readFileSync(copy, 'utf8').includes(text)
  }
  if (line.includes('--exit')) {
    const code = await command.ended
    const nothingNew = line.endsWith('.jsonl')
    if (code !== 0 || isThere() === nothingNew) throw new Error(`${code}: ${command.stderr}`)
  } else if (file) {
    await untilChanged(home, isThere)
  } else {
    await command.until(isThere, 'print it')
  }
}

function shell(t: Test, line: string, env: Record<string, string>): Program {
  const script = `cd "$HOME"; ${line}`
  const program = new Program(['setsid', 'sh', '-c', script], { env })
  t.teardown(() => stop(program))
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
function stop(program: Program): Promise<number> {
  try {
    os.kill(-program.process.pid, KILL)
    return program.ended
  } catch {
    return program.stop(KILL)
  }
}

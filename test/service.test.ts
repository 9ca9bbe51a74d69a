// The units of docs/service.md: checked, and run as systemd would.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { formatNodes } from '../lab/network.js'
import { appCommand } from '../lab/commands.js'
import { Program } from '../lab/program.js'
import { sleep } from '../lab/time.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const page = fs.readFileSync(path.join(ROOT, 'docs', 'service.md'), 'utf8')
const units = [...page.matchAll(/```ini\n([^]*?)```/g)].map((match) => match[1]!)
const TERM = 15
const KILL = 9
const LOOK = 5 // ms
const noJq = spawnSync('jq', ['--version']).status !== 0
const noAnalyze = spawnSync('systemd-analyze', ['--version']).status !== 0

test('systemd takes the units', { skip: noAnalyze }, async (t) => {
  const dir = await t.tmp()
  t.is(units.length, 2)
  for (const [i, text] of units.entries()) {
    const file = path.join(dir, `pearlog-${i}.service`)
    fs.writeFileSync(file, text)
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file])
    t.is(status, 0, String(stderr))
  }
})

test('the units write and read a log without a home, an input or a terminal', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const bin = await t.tmp()
  const nodes = formatNodes(bootstrap)
  const start = (app: 'writer' | 'reader'): string =>
    `exec ${appCommand(app).join(' ')} "$@" --dht-bootstrap ${nodes}`
  const script = `mode=$1; shift; case $mode in write) ${start('writer')} ;; read) ${start('reader')} ;; esac`
  fs.writeFileSync(path.join(bin, 'pearlog'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  fs.writeFileSync(path.join(bin, 'journalctl'), '#!/bin/sh\necho one; exec sleep 60\n', {
    mode: 0o755
  })

  const w = await unit(t, units[0]!, bin, '')
  const key = await w.key()
  const logs = await t.tmp()
  const r = await unit(t, units[1]!, bin, key, [`LOGS_DIRECTORY=${logs}`])
  await r.says('following the writer')
  const file = path.join(logs, 'nginx.log')
  while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== 'one\n') await sleep(LOOK)
  os.kill(-r.process.pid, TERM)
  t.is(await r.ended, 143)
})

test('the script tells of logs that are behind', { skip: noJq }, async (t) => {
  const [, script] = /```bash\n([^]*?)```/.exec(page)!
  const bin = await t.tmp()
  const entry = { role: 'reader', name: 'fine', behind: { blocks: 3, bytes: 9 } }
  const heard = new Date().toISOString()
  const old = new Date(Date.now() - 3600_000).toISOString()
  const alarm = (...entries: object[]): Program => {
    const lines = entries.map((each) => JSON.stringify({ ...entry, heard, ...each })).join('\n')
    const print = `#!/bin/sh\ncat <<'EOF'\n${lines}\nEOF\n`
    fs.writeFileSync(path.join(bin, 'pearlog'), print, { mode: 0o755 })
    return new Program(['sh', '-c', script!], { env: { PATH: `${bin}:/usr/bin:/bin` } })
  }
  const fine = alarm({}, { role: 'writer', heard: null, behind: null })
  t.is(await fine.ended, 0)
  t.is(fine.stdout + fine.stderr, '')
  const late = { name: 'late', behind: { blocks: 5000, bytes: 9 } }
  const bad = alarm({}, late, { name: 'gone', heard: old }, { name: 'new', heard: null })
  t.is(await bad.ended, 1)
  t.alike(bad.stdout.split('\n').slice(0, -1), [
    `late: 5000 blocks behind, last heard of: ${heard}`,
    `gone: 3 blocks behind, last heard of: ${old}`,
    'new: 3 blocks behind, last heard of: never'
  ])
})

async function unit(
  t: Test,
  text: string,
  bin: string,
  key: string,
  more: string[] = []
): Promise<Program> {
  const [, line] = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(text)!
  const credentials = await t.tmp()
  fs.writeFileSync(path.join(credentials, 'key'), key, { mode: 0o600 })
  const state = `STATE_DIRECTORY=${await t.tmp()}`
  const env = [
    'env',
    '-i',
    `PATH=${bin}:/usr/bin:/bin`,
    state,
    'HOME=/',
    `CREDENTIALS_DIRECTORY=${credentials}`,
    ...more
  ]
  const program = new Program(['setsid', ...env, '/bin/sh', '-c', `exec < /dev/null; ${line}`])
  // All of its processes, as systemd does.
  t.teardown(() => {
    if (!program.isOver) os.kill(-program.process.pid, KILL)
    return program.ended
  })
  return program
}

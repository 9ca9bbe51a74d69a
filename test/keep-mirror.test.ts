// Mirrors that keep the newest part of a log.
import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { commandLine } from '../lab/commands.js'
import { SIGTERM } from '../lab/signals.js'
import { listLogs } from '../shared/storage/list.js'
import { measureFolder } from '../shared/storage/measure-folder.js'

const LAST = 500_000
const COUNT = `seq -f "%.0f" 1 ${LAST}` // 3.4 MB
const KEEP = ['--keep', '1MB']
const MIRROR = ['--mirror', ...KEEP]
const ALL = ['--from', '0', '--raw', '--exit']

test('a mirror with --keep holds the newest part of an encrypted log, and passes it on', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [from, storage] = [await t.tmp(), await t.tmp()]
  const w = writer(t, { bootstrap, storage: from, pipe: COUNT, flags: ['--encrypt'] })
  const key = await w.key()
  await w.says('all committed')
  const m = reader(t, key.slice(0, 64), { bootstrap, storage, flags: MIRROR })
  await m.says('holds the newest ')
  const blocks = /holds the newest (\d+) of (\d+) blocks of the log\n/.exec(m.stderr)
  t.ok(blocks && Number(blocks[1]) < Number(blocks[2]) / 2, m.stderr)
  await w.stop(SIGTERM)

  // Who keeps as much holds as much.
  const flags = [...KEEP, '--until-sync', '1']
  const again = writer(t, { bootstrap, storage: from, flags })
  again.type('more\n')
  again.endInput()
  t.is(await again.ended, 0)

  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags: ALL })
  t.is(await r.ended, 1)
  t.ok(/blocks 0 to \d+ are gone: nobody here keeps them\n/.test(r.stderr), r.stderr)
  t.ok(r.byteLength > 500_000 && r.byteLength <= 1_000_000, `${r.byteLength} bytes`)
  const [first, ...lines] = r.stdout.trimEnd().split('\n')
  t.is(Number(first) + lines.length - 1, LAST)
  t.is(lines.at(-1), 'more')
  t.is(await m.stop(SIGTERM), 143)
  t.is(m.stdout, '')
  const [entry] = await listLogs(storage)
  t.is(entry!.keep, 1_000_000)
  t.ok(entry!.held! > 0 && entry!.held! < entry!.blocks! / 2, `${entry!.held} blocks`)
})

test('a mirror of several logs with --keep, and one of logs of which a part is gone', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const [from, storage] = [await t.tmp(), await t.tmp()]
  const file = path.join(await t.tmp(), 'logs')
  const keys: string[] = []
  for (const name of ['whole', 'part']) {
    const flags = ['--log', name, ...(name === 'part' ? KEEP : [])]
    const w = writer(t, { bootstrap, storage: from, pipe: COUNT, flags })
    keys.push(await w.key())
    fs.appendFileSync(file, `${name} ${keys.at(-1)}\n`)
    await w.says('all committed')
  }
  const args = ['--logs', file, ...MIRROR, '--exit']
  const m = run(t, commandLine('reader', args, { bootstrap, storage }))
  t.is(await m.ended, 0, m.stderr)
  t.ok(/whole: holds the newest \d+ of \d+ blocks of the log\n/.test(m.stderr), m.stderr)
  const [one, two] = await listLogs(storage)
  t.ok(one!.held! > 0 && two!.held! > 0)
  t.alike([one!.keep, two!.keep], [1_000_000, 1_000_000])

  const flags = ['--mirror', '--exit']
  const all = reader(t, keys[1]!, { bootstrap, storage: await t.tmp(), flags })
  t.is(await all.ended, 0, all.stderr)
  t.ok(/holds the newest \d+ of \d+ blocks of the log\n/.test(all.stderr), 'all that anybody keeps')
})

test('a mirror with --keep follows a writer at full speed within its bound', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const storage = await t.tmp()
  const last = 110_000
  const pipe = `sleep 3; seq -f "%.0f $(printf %0990d 0)" 1 ${last}` // 110 MB
  const w = writer(t, { bootstrap, storage: await t.tmp(), pipe })
  const key = await w.key()
  const m = reader(t, key, { bootstrap, storage, flags: ['--mirror', '--keep', '5MB'] })
  await m.says('keeping the log with')
  let most = 0
  const measure = (): void => void (most = Math.max(most, measureFolder(storage).disk))
  const timer = setInterval(measure, 50)
  await w.says('all committed')
  clearInterval(timer)
  measure()
  t.ok(most < 1.5 * 5e6 + 64e6, `${most} bytes on disk at most`)
  await m.stop(SIGTERM)
  const mirror = { bootstrap, storage, flags: ['--mirror'] }
  const once = reader(t, key, { ...mirror, flags: ['--mirror', '--exit'] })
  t.is(await once.ended, 0, once.stderr)
  await w.stop(SIGTERM)
  reader(t, key, mirror)
  const flags = ['--from', 'oldest', '--raw', '--exit']
  const r = reader(t, key, { bootstrap, storage: await t.tmp(), flags })
  t.is(await r.ended, 0, r.stderr)
  const lines = r.stdout
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split(' ')[0]))
  t.ok(lines.length > 2500 && lines.length <= 5000, `${lines.length} lines`)
  t.ok(lines.at(-1) === last && lines.every((n, i) => n === lines[0]! + i))
})

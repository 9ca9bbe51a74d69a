// --keep with several logs in one reader, and with kills.
import fs from 'bare-fs'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { reader, run, writer } from '../lab/apps.js'
import { commandLine } from '../lab/commands.js'
import { Follower } from '../lab/follower.js'
import { Lines } from '../lab/lines.js'
import { NOWHERE, type Node } from '../lab/network.js'
import { inputOf } from '../lab/powercut/cut-keeping.js'
import type { Program } from '../lab/program.js'
import { SIGKILL, SIGTERM } from '../lab/signals.js'
import { now, sleep } from '../lab/time.js'
import type { Keep } from '../shared/log/kept.js'
import { openCopy, parseKey, readerFolder } from '../shared/index.js'
import { listLogs } from '../shared/storage/list.js'
import { measureFolder } from '../shared/storage/measure-folder.js'

const NAMES = ['web', 'db']
const LAST = 500_000
const COUNT = `seq -f "%.0f" 1 ${LAST}` // 3.4 MB
const KEEP = ['--keep', '1MB']
const KILLS = 3

interface Object {
  log: string
  block?: number
  data?: string
  gone?: { from: number; to: number }
}

test('gaps of several logs are told for each of them', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const given = await count(t, bootstrap, KEEP)
  const dir = await t.tmp()
  const read = async (...flags: string[]): Promise<Program> => {
    const options = { bootstrap, storage: await t.tmp(), flags: [...flags, '--exit'] }
    return run(t, commandLine('reader', given, options))
  }

  const all = await read('--from', '0', '--json')
  t.is(await all.ended, 1)
  const objects = all.stdout.trimEnd().split('\n')
  const parsed = objects.map((line) => JSON.parse(line) as Object)
  for (const name of NAMES) {
    const [first, ...others] = parsed.filter(({ log }) => log === name)
    t.is(first!.gone?.from, 0)
    const next = first!.gone!.to + 1
    t.is(others[0]!.block, next)
    t.ok(others.at(-1)!.data, `${LAST}\n`)
    t.ok(all.stderr.includes(`${name}: blocks 0 to ${next - 1} are gone: nobody here keeps them\n`))
  }

  const oldest = await read('--from', 'oldest', '--output', dir)
  t.is(await oldest.ended, 0, oldest.stderr)
  t.absent(oldest.stderr.includes('gone'))
  for (const name of NAMES) {
    const lines = parsed.filter(({ log, data }) => log === name && data)
    const text = fs.readFileSync(path.join(dir, `${name}.log`), 'utf8')
    t.is(text, lines.map(({ data }) => data).join(''))
  }
})

test('--keep of several logs holds for each of them, is remembered, listed, changed and ended', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const writers: Program[] = []
  const given = await count(t, bootstrap, [], writers)
  const storage = await t.tmp()
  const read = (args: string[]): Program =>
    run(t, commandLine('reader', args, { bootstrap, storage }))
  const first = read([...given, '--from', '0', ...KEEP, '--exit'])
  t.is(await first.ended, 0, first.stderr)
  t.alike(await keeps(storage), [1e6, 1e6])

  const both = read(NAMES)
  await both.says('web: following')
  await both.says('db: following')
  for (const w of writers) await w.stop(SIGTERM)
  const copy = path.join(storage, 'reader-storage')
  for (const pair of given) {
    const flags = ['--from', '0', '--raw', '--exit']
    const late = reader(t, pair, { bootstrap, storage: await t.tmp(), flags })
    t.is(await late.ended, 1, 'it passes on what it keeps')
    t.ok(/blocks 0 to \d+ are gone/.test(late.stderr), late.stderr)
    t.ok(late.byteLength > 500_000 && late.byteLength <= 1e6, `${late.byteLength} bytes`)
    t.ok(late.stdout.endsWith(`\n${LAST}\n`))
  }
  await both.stop(SIGTERM)
  for (const name of fs.readdirSync(copy)) {
    fs.rmSync(path.join(copy, name, 'status.json'), { force: true })
  }
  t.alike(await keeps(storage), [1e6, 1e6], 'also from the database')

  await change(given[0]!, 2e6)
  t.alike(new Set(await keeps(storage)), new Set([1e6, 2e6]), 'of one alone')
  for (const pair of given) await change(pair, 'all')
  t.alike(await keeps(storage), [null, null])

  async function change(pair: string, keep: Keep): Promise<void> {
    const key = parseKey(pair.split('=')[1]!)
    const options = { key, network: { bootstrap: NOWHERE }, keep, sync: false, look: false }
    const { log } = await openCopy(readerFolder(storage, key), { ...options, forget: false })
    await log.close()
  }
})

test('a reader with --keep that is killed in a flood prints each line, or tells the gap', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const flags = ['--keep', '2MB']
  const given: string[] = []
  for (const name of NAMES) {
    const options = {
      bootstrap,
      storage: await t.tmp(),
      pipe: inputOf(1),
      flags: ['--log', name, ...flags]
    }
    given.push(`${name}=${await writer(t, options).key()}`)
  }
  const storage = await t.tmp()
  const follower = new Follower('reader')
  let problem: unknown = null
  const lines = new Lines((line) => {
    try {
      follower.read(line)
    } catch (err) {
      problem ??= err
    }
  })
  let most = 0
  for (let kills = 0; kills < KILLS; kills++) {
    follower.restart()
    lines.reset()
    const args = [...given, ...flags, '--json', ...(kills === 0 ? ['--from', 'oldest'] : [])]
    const command = commandLine('reader', args, { bootstrap, storage })
    const r = run(t, command, { ondata: lines.ondata })
    const before = follower.lines
    await lines.until(() => follower.lines > before + 1000)
    const until = now() + 1000
    while (now() < until) {
      await sleep(100)
      most = Math.max(most, measureFolder(storage).disk)
    }
    await r.stop(SIGKILL)
  }
  t.is(problem, null)
  t.comment(`${follower.lines} lines, ${follower.gaps} gaps`)
  t.ok(most < 1.5 * 2 * 2e6 + 64e6, `${most} bytes on disk at most`)
})

/** Starts writers of two logs, and returns `name=<key>` of each when all of it is there. */
async function count(
  t: Test,
  bootstrap: Node[],
  flags: string[],
  writers: Program[] = []
): Promise<string[]> {
  const storage = await t.tmp()
  const given: string[] = []
  for (const name of NAMES) {
    const w = writer(t, { bootstrap, storage, pipe: COUNT, flags: ['--log', name, ...flags] })
    given.push(`${name}=${await w.key()}`)
    writers.push(w)
  }
  for (const w of writers) await w.says('all committed')
  return given
}

async function keeps(storage: string): Promise<(number | null)[]> {
  return (await listLogs(storage)).map(({ keep }) => keep)
}

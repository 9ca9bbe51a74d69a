// README's example of a program, against the packed package in a clean place.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import createTestnet from '@hyperswarm/testnet'
import test, { type Test } from 'brittle'
import { run } from '../lab/apps.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8')
const example = /```ts\n([^]*?)```/.exec(readme)![1]!

test('the example of the README is short', (t) => {
  t.ok(example.trim().split('\n').length <= 15)
})

test('the example of the README runs with the packed package', async (t) => {
  const { bootstrap } = await createTestnet(10, t)
  const folder = await clean(t)
  const nodes = JSON.stringify({ bootstrap })
  fs.writeFileSync(path.join(folder, 'example.mjs'), example.replace('= {}', `= ${nodes}`))
  const program = run(t, ['env', '-C', folder, process.execPath, 'example.mjs'])
  await program.prints('hello\n')
  t.is(program.stderr, '')
})

test('the example of the README has types, and a slip is an error', async (t) => {
  const folder = await clean(t)
  const compile = (source: string): string => {
    fs.writeFileSync(path.join(folder, 'example.ts'), source)
    const flags = [
      '--strict',
      '--noEmit',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--skipLibCheck'
    ]
    const tsc = path.join(ROOT, 'node_modules', '.bin', 'tsc')
    const { status, stdout } = spawnSync(tsc, [...flags, 'example.ts'], { cwd: folder })
    return status === 0 ? '' : String(stdout)
  }
  t.is(compile(example), '')
  const slip = compile(example.replace("'my-log'", '3'))
  t.ok(/example\.ts\(\d+,\d+\).*'number' is not assignable to.*'string'/.test(slip), slip)
})

// A folder with the package as npm would install it, and beside it what it depends on.
async function clean(t: Test): Promise<string> {
  const folder = await t.tmp()
  const modules = path.join(folder, 'node_modules')
  fs.mkdirSync(modules)
  const pack = ['pack', '--ignore-scripts', '--pack-destination', folder]
  if (spawnSync('npm', pack, { cwd: ROOT }).status !== 0) throw new Error('npm pack failed')
  const tarball = fs.readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  spawnSync('tar', ['xzf', tarball], { cwd: folder })
  fs.renameSync(path.join(folder, 'package'), path.join(modules, 'pearlog'))
  const manifest = fs.readFileSync(path.join(modules, 'pearlog', 'package.json'), 'utf8')
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) {
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name))
  }
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n')
  return folder
}

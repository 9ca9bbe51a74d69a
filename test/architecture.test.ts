// Which way imports run, those of types included.
import fs from 'bare-fs'
import path from 'bare-path'
import test from 'brittle'

/** What each file imports: files by their path from the project on, and packages by their name. */
type Imports = Record<string, string[]>

const [LOG, PEERS, STORAGE, TERMINAL, HOST] = [
  'shared/log',
  'shared/peers',
  'shared/storage',
  'shared/terminal',
  'shared/host'
] as const
const ROOMS = [LOG, PEERS, STORAGE, TERMINAL, HOST]
const DOOR = 'shared' // what is in shared/ itself: index.ts

/** What a room may import, besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  [LOG]: [],
  [PEERS]: [LOG],
  [STORAGE]: [LOG, PEERS],
  [TERMINAL]: [LOG, PEERS, STORAGE],
  [HOST]: [LOG, PEERS, STORAGE, TERMINAL],
  [DOOR]: ROOMS,
  'writer-app': [DOOR],
  'reader-app': [DOOR],
  'pearlog-app': [DOOR, 'writer-app', 'reader-app'],
  lab: [DOOR, ...ROOMS, 'pearlog-app'],
  test: [DOOR, ...ROOMS, 'lab', 'tools'],
  bench: [DOOR, ...ROOMS, 'lab'],
  soak: [DOOR, ...ROOMS, 'lab'],
  demo: [DOOR, ...ROOMS, 'lab'],
  tools: [DOOR, ...ROOMS, 'lab']
}
const NOT_FOR_LOG = ['hyperswarm', 'paparam', 'bare-fs', 'bare-tty']
const LONGEST = 150 // lines, of a file of shared/

const ROOT = path.join(import.meta.dirname, '..', '..')

test('imports run one way between rooms, and in no circle', (t) => {
  const sources = read()
  t.ok(Object.keys(sources).length > 90, 'all of them are looked at')
  const imports = Object.fromEntries(
    Object.entries(sources).map(([file, text]) => [file, importsOf(file, text)])
  )
  t.ok(imports['lab/stage.ts']!.includes('lab/link.ts'), 'imports are found')
  t.alike([...wrongWays(imports), ...circles(imports)], [])
})

test(`no file of shared/ has more than ${LONGEST} lines`, (t) => {
  t.alike(tooLong(read()), [])
})

for (const [file, imported] of [
  ['shared/log/a.ts', 'shared/peers/b.ts'],
  ['shared/log/a.ts', 'hyperswarm'],
  ['shared/peers/a.ts', 'shared/storage/b.ts'],
  ['shared/storage/a.ts', 'shared/terminal/b.ts'],
  ['shared/terminal/a.ts', 'shared/host/b.ts'],
  ['shared/host/a.ts', 'shared/index.ts'],
  ['shared/host/a.ts', 'lab/b.ts'],
  ['shared/index.ts', 'test/b.ts'],
  ['writer-app/index.ts', 'reader-app/b.ts'],
  ['reader-app/index.ts', 'bench/b.ts'],
  ['lab/a.ts', 'soak/b.ts'],
  ['bench/a.ts', 'test/b.ts'],
  ['elsewhere/a.ts', 'shared/log/b.ts'],
  ['reader-app/index.ts', 'shared/log/b.ts']
] as const) {
  test(`${file} may not import ${imported}`, (t) => {
    t.alike(wrongWays({ [file]: [imported] }), [`${file} imports ${imported}`])
  })
}

test('what is allowed is not refused', (t) => {
  const imports = {
    'shared/log/a.ts': ['shared/log/b.ts', 'hypercore'],
    'shared/log/b.ts': [],
    'shared/host/a.ts': ['shared/terminal/c.ts', 'bare-fs'],
    'soak/index.ts': ['soak/a.ts', 'lab/stage.ts'],
    'soak/a.ts': ['shared/log/b.ts']
  }
  t.alike([...wrongWays(imports), ...circles(imports)], [])
})

test('a circle is found, however long, and told once', (t) => {
  const imports = {
    'soak/start.ts': ['soak/a.ts'],
    'soak/a.ts': ['soak/b.ts', 'lab/x.ts'],
    'soak/b.ts': ['soak/c.ts', 'lab/x.ts'],
    'soak/c.ts': ['soak/a.ts'],
    'soak/self.ts': ['soak/self.ts'],
    'lab/x.ts': []
  }
  t.alike(circles(imports), ['circle: soak/a.ts, soak/b.ts, soak/c.ts', 'circle: soak/self.ts'])
})

test('all forms of an import are found', (t) => {
  const text = `
    import a from './a.js'
    import type { B } from '../lab/b.js'
    import {
      c,
      type D
    } from 'c'
    import './e.js'
    export { f } from './f.js'
    export * from './g.js'
    const h = await import('./h.js')
    type I = import('./i.js').I
    const text = 'nothing imported from there'`
  const inside = ['a', 'e', 'f', 'g', 'h', 'i'].map((name) => `test/${name}.ts`)
  t.alike(importsOf('test/x.ts', text).toSorted(), [...inside, 'c', 'lab/b.ts'].toSorted())
})

test('a long file is found', (t) => {
  const sources = {
    'shared/log/long.ts': 'x\n'.repeat(LONGEST + 1),
    'shared/log/short.ts': 'x\n'.repeat(LONGEST),
    'test/long.test.ts': 'x\n'.repeat(LONGEST + 1)
  }
  t.alike(tooLong(sources), ['shared/log/long.ts is too long'])
})

function wrongWays(imports: Imports): string[] {
  return each(imports)
    .filter(([file, imported]) => {
      const room = roomOf(file)
      if (!isFile(imported)) return room === LOG && NOT_FOR_LOG.includes(imported)
      return roomOf(imported) !== room && !MAY_IMPORT[room]?.includes(roomOf(imported))
    })
    .map(([file, imported]) => `${file} imports ${imported}`)
}

// Those are in a circle that reach each other.
function circles(imports: Imports): string[] {
  const reached = new Map(Object.keys(imports).map((file) => [file, reachedFrom(file, imports)]))
  const circle = (file: string): string[] =>
    [...reached.get(file)!].filter((other) => reached.get(other)?.has(file)).toSorted()
  const found = Object.keys(imports).map((file) => circle(file).join(', '))
  return [...new Set(found)].filter((files) => files !== '').map((files) => `circle: ${files}`)
}

function reachedFrom(file: string, imports: Imports): Set<string> {
  const reached = new Set<string>()
  const next = [file]
  while (next.length > 0) {
    for (const imported of imports[next.pop()!] ?? []) {
      if (reached.has(imported)) continue
      reached.add(imported)
      next.push(imported)
    }
  }
  return reached
}

function tooLong(sources: Record<string, string>): string[] {
  return Object.entries(sources)
    .filter(([file, text]) => file.startsWith('shared/') && text.split('\n').length > LONGEST + 1)
    .map(([file]) => `${file} is too long`)
}

function each(imports: Imports): [string, string][] {
  return Object.entries(imports).flatMap(([file, all]) =>
    all.map((imported): [string, string] => [file, imported])
  )
}

function roomOf(file: string): string {
  const folders = file.split('/').slice(0, -1)
  return folders.slice(0, folders[0] === 'shared' ? 2 : 1).join('/')
}

function isFile(imported: string): boolean {
  return imported.endsWith('.ts')
}

function importsOf(file: string, text: string): string[] {
  const statement = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*'([^']+)'/gm
  const expression = /\bimport\('([^']+)'\)/g
  const names = [statement, expression].flatMap((form) => [...text.matchAll(form)])
  return names.map(([, name]) => {
    if (!name!.startsWith('.')) return name!
    return path.join(path.dirname(file), name!).replace(/\.js$/, '.ts')
  })
}

// All sources, which are in the folders that are compiled; declarations of packages import nothing of ours.
function read(): Record<string, string> {
  const { include } = JSON.parse(fs.readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8')) as {
    include: string[]
  }
  const files = (folder: string): string[] =>
    fs.readdirSync(path.join(ROOT, folder)).flatMap((name) => {
      const file = `${folder}/${name}`
      return fs.statSync(path.join(ROOT, file)).isDirectory() ? files(file) : [file]
    })
  const sources = include
    .flatMap(files)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  return Object.fromEntries(
    sources.map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8')])
  )
}

// npm run make [-- <platform>-<arch> ...]
//
// The one command as a standalone executable, out/<platform>-<arch>/pearlog: for this machine, and for all
// the others that can be built on it. And what Pear 3 deploys, out/deploy/: the same executables, and a
// package.json that names them. Needs the npm registry, for bare-build.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import pkg from '#manifest'
import { selected } from '../lab/selected.js'
import { buildExecutable } from './executable.js'

const ROOT = path.join(import.meta.dirname, '..', '..')
const OUT = path.join(ROOT, 'out')
const DEPLOY = path.join(OUT, 'deploy')
const HOSTS = {
  'darwin-arm64': signed,
  'darwin-x64': signed,
  'linux-arm64': plain,
  'linux-x64': plain,
  'win32-arm64': plain,
  'win32-x64': plain
}

const { name, version, description, license, upgrade } = pkg
if (upgrade !== undefined && !upgrade.startsWith('pear://')) {
  console.error(`upgrade in package.json is not a link: ${upgrade} (pear touch prints one)`)
  Bare.exit(2)
}
const manifest = `${JSON.stringify({ name, version, description, license, upgrade, bin: { pearlog: 'pearlog' } }, null, 2)}\n`
const manifestFile = path.join(DEPLOY, 'package.json')
// What another version left, or one with another link, is not to be deployed with this one.
if (!fs.existsSync(manifestFile) || fs.readFileSync(manifestFile, 'utf8') !== manifest) {
  fs.rmSync(OUT, { recursive: true, force: true })
}
fs.mkdirSync(DEPLOY, { recursive: true })
fs.writeFileSync(manifestFile, manifest)

let failed = false
for (const [host, make] of selected('platform', HOSTS)) {
  const reason = make(host)
  if (reason) console.log(`${host}: not built: ${reason}`)
  if (reason && (Bare.argv.length > 2 || host === `${process.platform}-${process.arch}`))
    failed = true
}
Bare.exit(failed ? 1 : 0)

function signed(host: string): string | null {
  if (process.platform !== 'darwin') return 'it has to be signed, which takes a Mac'
  return build(host, (file) => spawnSync('codesign', ['--force', '--sign', '-', file]))
}

function plain(host: string): string | null {
  return build(host, () => {})
}

function build(host: string, finish: (file: string) => void): string | null {
  let file
  try {
    file = buildExecutable(host, path.join(OUT, host))
  } catch (err) {
    return (err as Error).message
  }
  finish(file)
  console.log(`${path.relative(ROOT, file)}: ${Math.round(fs.statSync(file).size / 1e6)} MB`)

  const app = path.join(DEPLOY, 'by-arch', host, 'app')
  fs.rmSync(app, { recursive: true, force: true })
  fs.mkdirSync(app, { recursive: true })
  fs.linkSync(file, path.join(app, path.basename(file)))
  return null
}

// npm run make [-- <platform>-<arch> ...]
//
// Standalone executables of both apps, in out/<platform>-<arch>/: for this machine, and for all the others
// that can be built on it. Needs the npm registry, for bare-build.
import fs from 'bare-fs'
import path from 'bare-path'
import process from 'bare-process'
import { spawnSync } from 'bare-subprocess'
import { compiledFile } from '../lab/commands.js'
import { selected } from '../lab/selected.js'
import { COMMANDS } from '../shared/host/runtime.js'

const BARE_BUILD = 'bare-build@0.2.8'
const ROOT = path.join(import.meta.dirname, '..', '..')
const HOSTS = {
  'darwin-arm64': signed,
  'darwin-x64': signed,
  'linux-arm64': plain,
  'linux-x64': plain,
  'win32-arm64': plain,
  'win32-x64': plain
}

// What an executable does first with bare-build 0.2.8: it writes the libraries that it carries to a folder
// that anybody may have made, over those that another one has in use, which crashes that one. 1.x leaves
// those that are there; in ours they are in a folder of the user's own, too, and come there complete.
const START = 'exports.start = async function start(buffer) {'
const END = "\n  Module.load(new URL('bare:/app.bundle'), repacked.toBuffer())\n}"
const BETTER = `exports.start = async (d) => {
const b = Bundle.from(Buffer.from(d))
const dir = path.join(os.homedir(), '.cache/pearlog', b.id)
const repacked = await unpack(b, { files: false, addons: true, assets: true }, async (key) => {
const to = path.join(dir, key)
if (!fs.existsSync(to)) {
await fs.mkdir(path.dirname(to), { recursive: true, mode: 0o700 })
await fs.writeFile(to + os.pid(), b.read(key))
await fs.rename(to + os.pid(), to)
}
return pathToFileURL(to)
}).catch((err) => {
console.error(err.message)
Bare.exit(1)
})`

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
  const out = path.join(ROOT, 'out', host)
  for (const app of ['writer', 'reader'] as const) {
    const name = COMMANDS[app]
    const flags = ['--standalone', '--target', host, '--name', name, '--out', out]
    const { status, stderr } = spawnSync(
      'npm',
      [
        'exec',
        '--yes',
        `--package=${BARE_BUILD}`,
        '--',
        'bare-build',
        ...flags,
        compiledFile(`${app}-app/index`)
      ],
      { cwd: ROOT }
    )
    if (status !== 0) return String(stderr).trim()
    const file = path.join(out, host.startsWith('win32') ? `${name}.exe` : name)
    mend(file)
    finish(file)
    console.log(`${path.relative(ROOT, file)}: ${Math.round(fs.statSync(file).size / 1e6)} MB`)
  }
  return null
}

function mend(file: string): void {
  const bytes = fs.readFileSync(file) as Buffer
  const start = bytes.indexOf(START)
  const end = bytes.indexOf(END, start)
  if (start === -1 || end - start < BETTER.length || bytes.includes(START, start + 1)) {
    throw new Error(`${file} does not start as ${BARE_BUILD} has it`)
  }
  bytes.write(BETTER.padEnd(end - start), start)
  fs.writeFileSync(file, bytes)
}

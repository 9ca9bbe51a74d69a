import fs from 'bare-fs'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { compiledFile } from '../lab/commands.js'

const BARE_BUILD = 'bare-build@0.2.8 || ^1.0.0' // the newest that the registry has
const ROOT = path.join(import.meta.dirname, '..', '..')
const ENTRYPOINT = compiledFile('pearlog-app/index')

// What an executable of bare-build 0.2.8 does first: it writes the libraries that it carries to a folder that
// anybody may have made, over those that another one has in use, which crashes that one. (1.x leaves those
// that are there.) Here they are in a folder of the user's own, and come there complete.
const START = `const app = path.basename(os.execPath())

exports.start = async function start(buffer) {`
const END = "\n  Module.load(new URL('bare:/app.bundle'), repacked.toBuffer())\n}"
const BETTER = `exports.start = async (d) => {
try {
const b = Bundle.from(Buffer.from(d))
const c = os.getEnv('XDG_CACHE_HOME') || os.homedir() + '/.cache'
var repacked = await unpack(b, { files: !1, addons: !0, assets: !0 }, async k => {
const f = path.join(c, 'pearlog', b.id, k), t = f + os.pid()
if (!fs.existsSync(f)) {
await fs.mkdir(path.dirname(f), { recursive: !0, mode: 448 })
await fs.writeFile(t, b.read(k))
await fs.rename(t, f)
}
return pathToFileURL(f)
})
} catch (e) {
console.error(e.message + ': choose another folder with XDG_CACHE_HOME')
Bare.exit(1)
}`

/** Builds the one command for a platform into the folder `out`, and returns its file. */
export function buildExecutable(host: string, out: string): string {
  const isOld = bareBuild('--version', ENTRYPOINT).startsWith('v0.')
  const target = [isOld ? '--target' : '--host', host]
  fs.rmSync(out, { recursive: true, force: true })
  bareBuild('--standalone', ...target, '--name', 'pearlog', '--out', out, ENTRYPOINT)
  const file = path.join(out, host.startsWith('win32') ? 'pearlog.exe' : 'pearlog')
  if (isOld) mend(file)
  return file
}

function bareBuild(...args: string[]): string {
  const command = ['exec', '--yes', `--package=${BARE_BUILD}`, '--', 'bare-build', ...args]
  const { status, stdout, stderr } = spawnSync('npm', command, { cwd: ROOT })
  if (status !== 0) throw new Error(String(stderr).trim())
  return String(stdout).trim()
}

// Replaces its start by one of the same length.
function mend(file: string): void {
  const bytes = fs.readFileSync(file) as Buffer
  const start = bytes.indexOf(START)
  const end = bytes.indexOf(END, start)
  if (start === -1 || end - start < BETTER.length || bytes.includes(START, start + 1)) {
    throw new Error(`${file} does not start as bare-build 0.2.8 has it`)
  }
  bytes.write(BETTER.padEnd(end - start), start)
  fs.writeFileSync(file, bytes)
}

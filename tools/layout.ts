// npm run layout -- <pear:// link>
//
// From the executables in out/, the folder that `pear stage` of Pear 3 takes, in out/deploy/: /package.json,
// and /by-arch/<platform>-<arch>/app/<command>. The link, of `pear touch`, is where updates come from.
import fs from 'bare-fs'
import path from 'bare-path'
import { decode } from 'hypercore-id-encoding'
import pkg from '#manifest'

const OUT = path.join(import.meta.dirname, '..', '..', 'out')
const DEPLOY = path.join(OUT, 'deploy')

const [upgrade = ''] = Bare.argv.slice(2)
const platforms = fs.existsSync(OUT) ? fs.readdirSync(OUT).filter((name) => name.includes('-')) : []
if (!isLink(upgrade)) fail('which link? `pear touch` prints one: npm run layout -- pear://...')
if (platforms.length === 0) fail('there are no executables in out/: npm run make')

fs.rmSync(DEPLOY, { recursive: true, force: true })
for (const platform of platforms) {
  const app = path.join(DEPLOY, 'by-arch', platform, 'app')
  fs.mkdirSync(app, { recursive: true })
  fs.cpSync(path.join(OUT, platform), app, { recursive: true })
}
const { name, version, description, license } = pkg
const bin = Object.fromEntries(Object.keys(pkg.bin).map((command) => [command, command])) // files in app/
const manifest = { name, version, description, license, upgrade, bin }
fs.writeFileSync(path.join(DEPLOY, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
console.log(`out/deploy: ${name} ${version} for ${platforms.join(', ')}`)

function isLink(text: string): boolean {
  try {
    return text.startsWith('pear://') && decode(text.slice('pear://'.length)).length === 32
  } catch {
    return false
  }
}

function fail(why: string): void {
  console.error(why)
  Bare.exit(2)
}

import { Version } from 'bare-semver'
import { spawn } from 'bare-subprocess'
import byteSize from 'tiny-byte-size'
import { definitions, Failure, run, waitAtMost } from '../shared/index.js'
import { Deployment, type Executable } from './deployment.js'

const ANSWER = 20_000 // ms; at its first start it writes its libraries

/** Looks once for a newer executable, puts it in the place of this one, and exits. */
export function update({
  upgrade,
  ...executable
}: Omit<Executable, 'upgrade'> & { upgrade?: string }): void {
  run(definitions.update, async (app) => {
    const { say } = app
    if (!upgrade)
      throw new Failure('this one has no link to newer ones: get the newest where it came from')
    if (Bare.platform === 'win32')
      throw new Failure('on Windows, put the newest pearlog.exe in its place')

    const deployment = await Deployment.open({ ...executable, upgrade }, app.network)
    app.onstop(() => deployment.close())
    const version = await deployment.version()
    if (!isNewer(version, executable.version)) {
      return say(`nothing new: this is ${executable.version}, and the newest is ${version}`)
    }

    say(`${version} is there: fetching it`)
    const file = await deployment.fetch((bytes, of) =>
      app.screen.set(`${byteSize(bytes)} of ${byteSize(of)}`)
    )
    app.screen.set('')
    const answer = await ask(file)
    if (answer.split('\n', 1)[0] !== `pearlog ${version}`) {
      throw new Failure(
        `what is at ${upgrade} is not pearlog ${version}: this one stays; tell who deploys it`
      )
    }
    await deployment.apply()
    say(`this is ${version} from now on; what runs goes on with ${executable.version}`)
  })
}

function isNewer(version: string, than: string): boolean {
  return Version.compare(Version.parse(version), Version.parse(than)) > 0
}

// What it says when it is asked for its version.
async function ask(file: string): Promise<string> {
  let text = ''
  try {
    const child = spawn(file, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout!.on('data', (data) => (text += String(data)))
    await waitAtMost(
      ANSWER,
      new Promise<void>((resolve) => child.stdout!.on('close', () => resolve()))
    )
    child.kill(9)
  } catch {
    // what cannot be started answers nothing
  }
  return text
}

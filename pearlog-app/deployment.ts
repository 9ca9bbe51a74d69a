import fs from 'bare-fs'
import path from 'bare-path'
import { Version } from 'bare-semver'
import Corestore from 'corestore'
import Hyperswarm from 'hyperswarm'
import Updater from 'pear-runtime-updater'
import safetyCatch from 'safety-catch'
import { Failure, withTimeout, type Network } from '../shared/index.js'

const GIVE_UP = 20_000 // ms without an answer, or without a block
const NOT_WRITTEN = 'Batch was not applied' // of hypercore-storage
const APP = `by-arch/${Bare.platform}-${Bare.arch}/app`
const NAME = 'pearlog'

/** An executable, and what it knows of itself. */
export interface Executable {
  file: string
  version: string
  /** The pear:// link that newer ones come from. */
  upgrade: string
}

/** What is deployed under an executable's link, with what there is of it in a folder beside the executable. */
export class Deployment {
  readonly #link: string
  readonly #dir: string
  readonly #store: Corestore
  readonly #updater: Updater
  readonly #updated: Promise<void>
  readonly #swarm: Hyperswarm
  #isUnfinished = false

  /** Throws a Failure when the folder cannot be used, or another update uses it. */
  static async open(executable: Executable, network: Network): Promise<Deployment> {
    const app = fs.realpathSync(executable.file)
    const dir = path.join(path.dirname(app), '.pearlog-update') // the same file system
    try {
      if (!fs.existsSync(dir)) fs.mkdirSync(dir)
      const store = new Corestore(dir)
      await store.ready()
      return new Deployment({ ...executable, file: app }, dir, store, network)
    } catch (err) {
      throw folderFailure(err, dir)
    }
  }

  private constructor(
    { file, version, upgrade }: Executable,
    dir: string,
    store: Corestore,
    network: Network
  ) {
    this.#link = upgrade
    this.#dir = dir
    this.#store = store
    this.#updater = new Updater({ dir, store, upgrade, version, name: NAME, app: file })
    this.#updated = new Promise<void>((resolve, reject) => {
      this.#updater.on('updated', resolve)
      this.#updater.on('error', (err) => reject(this.#full(err)))
    })
    this.#updated.catch(safetyCatch)
    this.#swarm = new Hyperswarm({ ...network })
    this.#swarm.on('connection', (connection) => void store.replicate(connection))
  }

  /** Its newest version; a Failure when nobody has it. */
  async version(): Promise<string> {
    const { drive } = this.#updater
    await this.#updater.ready()
    const found = drive.findingPeers()
    this.#swarm.join(drive.core.discoveryKey, { client: true, server: false })
    void this.#swarm.flush().then(found, found)
    await this.#answer(drive.update({ wait: true }))
    if (drive.core.peers.length === 0 || drive.core.length === 0) throw this.#nobody()
    try {
      const manifest = String(await this.#answer(drive.get('/package.json')))
      return Version.parse((JSON.parse(manifest) as { version: string }).version).toString()
    } catch (err) {
      if (err instanceof Failure) throw err
      throw new Failure(`there is no version of pearlog at ${this.#link}: tell who deploys it`, err)
    }
  }

  /** Fetches the executable of this platform, and tells how many bytes of how many there are; its file. */
  async fetch(onprogress: (bytes: number, of: number) => void): Promise<string> {
    const { drive } = this.#updater
    const entry = await this.#answer(drive.entry(`/${APP}/${NAME}`))
    const { byteLength } = entry?.value.blob ?? {}
    if (!byteLength)
      throw new Failure(`there is none for ${Bare.platform}-${Bare.arch} at ${this.#link}`)
    this.#isUnfinished = true
    const { core } = await this.#answer(drive.getBlobs())
    await new Promise<void>((resolve, reject) => {
      let bytes = 0
      const giveUp = (): void =>
        reject(new Failure('nobody sends more of it: run pearlog update again to go on'))
      let timer = setTimeout(giveUp, GIVE_UP)
      core.on('download', (_, size) => {
        onprogress((bytes += size), byteLength)
        clearTimeout(timer)
        timer = setTimeout(giveUp, GIVE_UP)
      })
      core.on('verification-error', (err) => {
        if (err.message === NOT_WRITTEN) reject(this.#full(err))
      })
      this.#updated.then(resolve, reject).finally(() => clearTimeout(timer))
    })
    this.#isUnfinished = false
    const file = path.join(this.#updater.next!, APP, NAME)
    fs.chmodSync(file, 0o755)
    return file
  }

  /** Puts what was fetched in the place of the executable, in one step. */
  async apply(): Promise<void> {
    await this.#updater.applyUpdate()
  }

  /** Leaves nothing behind but what there is of an unfinished download, where the next one goes on. */
  async close(): Promise<void> {
    await this.#swarm.destroy()
    await this.#updater.close()
    await this.#store.close()
    if (!this.#isUnfinished) fs.rmSync(this.#dir, { recursive: true, force: true })
  }

  #answer<T>(promise: Promise<T>): Promise<T> {
    return withTimeout(GIVE_UP, promise, `nobody who has ${this.#link} answered`)
  }

  #full(err: Error): Failure {
    this.#isUnfinished = false // what there is goes: a full disk is not to stay full
    return folderFailure(err, this.#dir)
  }

  #nobody(): Failure {
    return new Failure(`nobody who has ${this.#link} is there: try again later`)
  }
}

function folderFailure(err: unknown, dir: string): Failure {
  const { cause } = err as Error
  const { code, message } = (cause instanceof Error ? cause : err) as { code?: string } & Error
  const folder = path.dirname(dir)
  if (/could not be locked/i.test(message)) {
    return new Failure(`another pearlog update is at work in ${folder}: let it finish`, err)
  }
  return new Failure(
    `cannot write to ${folder} (${code ?? message}): make room there, or start this as a user who may write there`,
    err
  )
}

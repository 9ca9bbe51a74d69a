import b4a from 'b4a'
import { encode } from 'hypercore-id-encoding'
import type { Test } from 'brittle'
import Corestore from 'corestore'
import Hyperdrive from 'hyperdrive'
import Hyperswarm from 'hyperswarm'
import type { Node } from './network.js'

/** The file of an executable in what is deployed. */
export const APP_FILE = `/by-arch/${Bare.platform}-${Bare.arch}/app/pearlog`

/** A folder that is deployed under a link, as Pear 3 has it, until the test ends. */
export class Deployed {
  /** How many blocks of files it has sent. */
  sent = 0
  readonly #drive: Hyperdrive
  readonly #store: Corestore
  readonly #bootstrap: Node[]
  #swarm: Hyperswarm | null = null

  private constructor(store: Corestore, bootstrap: Node[]) {
    this.#store = store
    this.#bootstrap = bootstrap
    this.#drive = new Hyperdrive(store)
  }

  static async make(
    t: Test,
    bootstrap: Node[],
    files: Record<string, string | Uint8Array>
  ): Promise<Deployed> {
    const deployed = new Deployed(new Corestore(await t.tmp()), bootstrap)
    t.teardown(async () => {
      await deployed.leave()
      await deployed.#store.close()
    })
    const drive = deployed.#drive
    await drive.ready()
    await deployed.put(files)
    const { core } = await drive.getBlobs()
    core.on('upload', () => {
      deployed.sent++
      deployed.onsent()
    })
    deployed.share()
    return deployed
  }

  get link(): string {
    return `pear://${encode(this.#drive.key)}`
  }

  onsent: () => void = () => {}

  async put(files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === 'string' ? b4a.from(content) : content
      await this.#drive.put(name, bytes, { executable: name === APP_FILE })
    }
  }

  share(): void {
    this.#swarm = new Hyperswarm({ bootstrap: this.#bootstrap })
    this.#swarm.on('connection', (connection) => {
      connection.on('error', () => {})
      this.#store.replicate(connection)
    })
    this.#swarm.join(this.#drive.core.discoveryKey)
  }

  /** As when its machine goes offline, but for the goodbye. */
  async leave(): Promise<void> {
    await this.#swarm?.destroy()
    this.#swarm = null
  }
}

// What `pearlog update` uses of packages that ship no types.

declare module 'corestore' {
  import type { Duplex } from 'streamx'

  class Corestore {
    constructor(dir: string)
    ready(): Promise<void>
    close(): Promise<void>
    replicate(connection: Duplex): Duplex
  }

  export = Corestore
}

declare module 'pear-runtime-updater' {
  import type { EventEmitter } from 'bare-events'
  import type Corestore from 'corestore'
  import type Hypercore from 'hypercore'

  namespace Updater {
    interface Drive {
      readonly core: Hypercore
      findingPeers(): () => void
      /** Asks peers for the newest version. */
      update(opts: { wait: boolean }): Promise<boolean>
      get(file: string): Promise<Uint8Array | null>
      entry(file: string): Promise<{ value: { blob: { byteLength: number } | null } } | null>
      /** What the files are made of. */
      getBlobs(): Promise<{ core: Hypercore }>
    }
  }

  class Updater extends EventEmitter<{
    error: [err: Error]
    /** The new executable is in `next`. */
    updated: []
  }> {
    constructor(opts: {
      /** A new version comes into pear-runtime/next in this folder. */
      dir: string
      store: Corestore
      /** A pear:// link; throws for anything else. */
      upgrade: string
      version: string
      /** The executable's file name in the drive. */
      name: string
      /** The executable to be replaced, in the same file system as `dir`. */
      app: string
    })

    readonly drive: Updater.Drive
    readonly next: string | null
    ready(): Promise<void>
    close(): Promise<void>
    /** Exchanges the executable with the new one, in one step. */
    applyUpdate(): Promise<void>
  }

  export = Updater
}

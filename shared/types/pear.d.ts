// What pearlog uses of the global that Pear 1 and 2 give to an app.
interface PearConfig {
  args: string[]
  /** It was started from a folder, with `--dev`. */
  dev?: boolean
  /** What it was started from: `pear://<key>/writer-app`, say. */
  link?: string
  /** The folder of package.json, when it was started from disk. */
  dir?: string
  /** A folder of the app's own; null when it has none. */
  storage: string | null
  dht?: {
    bootstrap?: { host: string; port: number }[]
    nodes?: { host: string; port: number }[]
  }
}

declare const Pear:
  | {
      /** Newer Pear; the same object as `config` where both exist. */
      app?: PearConfig
      config?: PearConfig
      /** Runs `fn` before the app ends, whatever ends it, and waits for it (15 s at most). */
      teardown(fn: () => unknown, position?: number): void
      /** Runs what `teardown` was given, then ends the process. */
      exit(code: number): void
    }
  | undefined

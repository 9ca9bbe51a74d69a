// Runs the module named last on the command line under a global Pear, as `pear run` does: the class
// that Pear 2 itself uses, around the config given as JSON.

const [config, entrypoint] = Bare.argv.slice(2) as [string, string]
const host = globalThis as { Pear?: unknown }

// pear-api asks the global that was there before it for where the platform is.
class Boot {
  static RTI = { checkout: { key: null, length: null, fork: null } }
  app = {}
  config = this.app
}
host.Pear = new Boot()

const { default: API } = await import('pear-api')
const ipc = { ref: () => {}, unref: () => {} }
host.Pear = new API(ipc, { config: JSON.parse(config) as PearConfig, key: null })

await import(entrypoint)

import { toggle } from '../flags.js'
import { common } from './common.js'

export const pearlog = {
  name: 'pearlog' as const,
  summary: 'A persistent, verifiable, many-reader tail -f between peers.',
  commands: {
    write: 'append standard input to a log of your own, and share it',
    read: 'follow the log with a key, keep a copy, and pass it on',
    list: 'list the logs of this folder, and who has them open',
    update: 'replace this executable by the newest one, once'
  },
  args: {},
  flags: { help: common.help, version: common.version },
  conflicts: [],
  examples: (write: string, read: string) => [
    `make 2>&1 | ${write}`,
    `${read} <key> --tail 10`,
    `${read} --help`
  ]
}

export const list = {
  name: 'list' as const,
  summary: 'List the logs of this folder: how far they are, and who has them open.',
  args: {},
  flags: {
    json: toggle('--json', 'What to show', 'print a JSON object a log'),
    storage: common.storage,
    quiet: common.quiet,
    help: common.help,
    version: common.version
  },
  conflicts: [],
  examples: (_write: string, _read: string) => []
}

export const update = {
  name: 'update' as const,
  summary: 'Look once for a newer executable than this one, and put it in its place.',
  args: {},
  flags: {
    dhtBootstrap: common.dhtBootstrap,
    quiet: common.quiet,
    help: common.help,
    version: common.version
  },
  conflicts: [],
  examples: () => []
}

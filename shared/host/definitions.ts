import { DEFAULT_NAME } from '../storage/layout.js'
import { count, inverse, name, nodes, text, toggle } from './flags.js'

// What the command line of each app takes. `--help`, the README and the tests read it from here.

export const common = {
  list: toggle(
    '--list',
    'Where things are',
    'list the logs in this folder (with --json: as objects), and end'
  ),
  storage: text('--storage <dir>', 'Where things are', 'keep the logs in this folder'),
  dhtBootstrap: nodes(
    '--dht-bootstrap <nodes>',
    'Network',
    'enter the DHT at these nodes, as host:port,host:port'
  ),
  quiet: toggle('--quiet', 'Other', 'print nothing but errors on standard error'),
  help: toggle('--help|-h', 'Other', 'print this help'),
  version: toggle('--version', 'Other', 'print the version')
}

export const writer = {
  name: 'writer' as const,
  summary:
    'Append standard input to a log of your own, and share it with everyone who has its key.',
  args: {},
  flags: {
    binary: toggle('--binary', 'What to write', 'cut blocks as the bytes come, not at line ends'),
    sync: inverse(
      '--no-sync',
      'What to write',
      'share blocks before they are safe from a power cut'
    ),
    untilSync: count(
      '--until-sync <n>',
      'When to stop',
      'stop once n readers hold all of it (0: once it is on disk)'
    ),
    log: name(
      '--log <name>',
      'Where things are',
      'write to the log of this name (default: default)',
      DEFAULT_NAME
    ),
    export: toggle('--export', 'Where things are', 'end the log here, to go on with it elsewhere'),
    import: text(
      '--import <dir>',
      'Where things are',
      'go on with the exported log in this folder'
    ),
    json: toggle('--json', 'Other', 'with --list: print a JSON object a log'),
    ...common
  },
  conflicts: [['export', 'import'] as const, ...alone('export', 'import', 'untilSync')],
  examples: (self: string, _reader: string) => [
    self,
    `make 2>&1 | ${self}`,
    `${self} --until-sync 1 < file`
  ]
}

export const reader = {
  name: 'reader' as const,
  summary: 'Follow the log with this key, keep a copy, and pass it on to other readers.',
  args: {
    '[key]':
      'the key that the writer prints, name=<key> to name it, its name, or - for standard input'
  },
  flags: {
    keyFile: text(
      '--key-file <file>',
      'Where things are',
      'follow the log whose key is in this file'
    ),
    from: count(
      '--from <n>',
      'What to show',
      'start at block n (0: the first); else after the last one shown here'
    ),
    tail: count('--tail <n>', 'What to show', 'start with the last n lines of what is there'),
    raw: toggle('--raw', 'What to show', "print the blocks' bytes and nothing else"),
    json: toggle(
      '--json',
      'What to show',
      'print a JSON object a line: {"block":3,"data":"text\\n"}, or "base64"'
    ),
    forget: toggle('--forget', 'What to show', 'forget where this reader was, and start anew'),
    exit: toggle(
      '--exit',
      'When to stop',
      'stop at the end of what is there, instead of following'
    ),
    count: count('--count <n>', 'When to stop', 'stop after n lines'),
    sync: toggle(
      '--sync',
      'Where things are',
      'have blocks on disk before telling others that they are here'
    ),
    ...common
  },
  conflicts: [
    ['from', 'tail'] as const,
    ['raw', 'json'] as const,
    ...alone('keyFile', 'from', 'tail', 'raw', 'exit', 'count')
  ],
  examples: (_writer: string, self: string) => [
    `${self} <key> --tail 10`,
    `${self} web=<key>`,
    `${self} <key> --from 0 --raw --exit > copy`,
    `${self} <key> --json | jq -j .data`
  ]
}

export const pearlog = {
  name: 'pearlog' as const,
  summary: 'A persistent, verifiable, many-reader tail -f between peers.',
  commands: {
    write: 'append standard input to a log of your own, and share it',
    read: 'follow the log with a key, keep a copy, and pass it on',
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

function alone<F extends string>(...others: F[]): (readonly ['list', F])[] {
  return others.map((other) => ['list', other])
}

import { count, nodes, text, toggle } from './flags.js'

// What the command line of each app takes. `--help`, the README and the tests read it from here.

export const common = {
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
    untilSync: count(
      '--until-sync <n>',
      'When to stop',
      'stop once n readers hold all of it (0: once it is on disk)'
    ),
    export: toggle('--export', 'Where things are', 'end the log here, to go on with it elsewhere'),
    import: text(
      '--import <dir>',
      'Where things are',
      'go on with the exported log in this folder'
    ),
    onlyCopy: toggle(
      '--only-copy',
      'Where things are',
      'go on with a log that was moved or restored here'
    ),
    ...common
  },
  conflicts: [['export', 'import']] as const,
  examples: (self: string, _reader: string) => [
    self,
    `make 2>&1 | ${self}`,
    `${self} --until-sync 1 < file`
  ]
}

export const reader = {
  name: 'reader' as const,
  summary: 'Follow the log with this key, keep a copy, and pass it on to other readers.',
  args: { '<key>': 'the key that the writer prints' },
  flags: {
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
      'print a JSON object a block: {"block":3,"data":"text"}'
    ),
    exit: toggle(
      '--exit',
      'When to stop',
      'stop at the end of what is there, instead of following'
    ),
    count: count('--count <n>', 'When to stop', 'stop after n blocks'),
    ...common
  },
  conflicts: [
    ['from', 'tail'],
    ['raw', 'json']
  ] as const,
  examples: (_writer: string, self: string) => [
    `${self} <key> --tail 10`,
    `${self} <key> --from 0 --raw --exit > copy`,
    `${self} <key> --json | jq -j .data`
  ]
}

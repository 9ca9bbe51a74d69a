import { countOr, inverse, name, text, toggle } from '../flags.js'
import { alone, common } from './common.js'

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
    compress: toggle('--compress', 'What to write', 'compress the blocks of a new log'),
    encrypt: toggle(
      '--encrypt',
      'What to write',
      'encrypt a new log: its key has a secret, and who keeps it need not read it'
    ),
    handOver: text(
      '--hand-over <file>',
      'What to write',
      'hand over this file (-: standard input) by a log of its own'
    ),
    untilSync: countOr(
      'blind',
      '--until-sync <n>',
      'When to stop',
      'stop once n readers hold all of it (0: it is on disk; blind: the blind peer)'
    ),
    log: name(
      '--log <name>',
      'Where things are',
      'write to the log of this name (default: default)'
    ),
    export: toggle('--export', 'Where things are', 'end the log here, to go on with it elsewhere'),
    import: text(
      '--import <dir>',
      'Where things are',
      'go on with the exported log in this folder'
    ),
    json: toggle('--json', 'Other', 'with --list: print a JSON object a log'),
    onlyCopy: toggle(
      '--only-copy',
      'Where things are',
      'go on with a log that was moved or restored here'
    ),
    ...common
  },
  conflicts: [
    ['export', 'import'] as const,
    ['handOver', 'export'] as const,
    ['handOver', 'import'] as const,
    ['handOver', 'keep'] as const,
    ...alone('export', 'import', 'untilSync', 'handOver', 'log', 'onlyCopy', 'binary'),
    ...alone('compress', 'encrypt', 'keep')
  ],
  needs: [
    ['json', 'list'],
    ['untilSync', 'blindPeer', 'blind']
  ] as const,
  examples: (self: string, _reader: string) => [
    self,
    `make 2>&1 | ${self}`,
    `${self} --hand-over file`
  ]
}

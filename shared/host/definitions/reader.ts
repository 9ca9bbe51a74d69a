import { count, countOr, text, toggle } from '../flags.js'
import { alone, common } from './common.js'

export const reader = {
  name: 'reader' as const,
  summary: 'Follow the log with this key, keep a copy, and pass it on to other readers.',
  args: {
    '[key]':
      'the key that the writer prints, name=<key> to name it, its name, or - for standard input; several names: all of these logs'
  },
  takesMore: true,
  flags: {
    logs: text(
      '--logs <file>',
      'Where things are',
      'follow the logs of this file, a name and a key a line (read again at SIGHUP)'
    ),
    keyFile: text(
      '--key-file <file>',
      'Where things are',
      'follow the log whose key is in this file'
    ),
    from: countOr(
      'oldest',
      '--from <n>',
      'What to show',
      'start at block n (0: the first; oldest: that is kept); else after the last shown'
    ),
    tail: count('--tail <n>', 'What to show', 'start with the last n lines of what is there'),
    raw: toggle('--raw', 'What to show', "print the blocks' bytes and nothing else"),
    asStored: toggle(
      '--as-stored',
      'What to show',
      'print the blocks as stored: of a compressed log, a .gz file'
    ),
    json: toggle(
      '--json',
      'What to show',
      'print a JSON object a line: {"block":3,"data":"text\\n"}, or "base64"'
    ),
    text: toggle('--text', 'What to show', "print 'Block 3: ' before each block, into a file, too"),
    forget: toggle('--forget', 'What to show', 'forget where this reader was, and start anew'),
    mirror: toggle(
      '--mirror',
      'What to show',
      'show nothing: keep all of the log and pass it on, also without its secret'
    ),
    exit: toggle(
      '--exit',
      'When to stop',
      'stop at the end of what is there, instead of following'
    ),
    count: count('--count <n>', 'When to stop', 'stop after n lines'),
    output: text(
      '--output <file>',
      'Where things are',
      'write to this file, each line once (as --raw, or with --text or --json)'
    ),
    sync: toggle(
      '--sync',
      'Where things are',
      'have blocks on disk before telling others that they are here'
    ),
    ...common
  },
  conflicts: [
    ['from', 'tail'] as const,
    ['logs', 'keyFile'] as const,
    ['raw', 'json', 'text', 'asStored'] as const,
    ['asStored', 'tail'] as const,
    ['asStored', 'count'] as const,
    ['asStored', 'output'] as const,
    ...(
      ['from', 'tail', 'raw', 'asStored', 'json', 'text', 'forget', 'count', 'output'] as const
    ).map((shown) => ['mirror', shown] as const),
    ...alone(
      'logs',
      'mirror',
      'keyFile',
      'from',
      'tail',
      'raw',
      'exit',
      'count',
      'output',
      'text',
      'asStored',
      'keep'
    )
  ],
  examples: (_writer: string, self: string) => [
    `${self} <key> --tail 10`,
    `${self} web=<key>`,
    `${self} web=<key> db=<key>`,
    `${self} <key> --from 0 --raw --exit > copy`,
    `${self} <key> --json | jq -c .`
  ]
}

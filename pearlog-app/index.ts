import pkg from '#manifest'
import { run } from '../shared/host/app.js'
import { isExecutable, isFromNpm, start } from '../shared/host/program-name.js'

// `pearlog write` is writer-app, and `pearlog read` is reader-app.
const { program } = start()
if (program === 'writer') await import('../writer-app/index.js')
else if (program === 'reader') await import('../reader-app/index.js')
else {
  const pearlog = {
    name: 'pearlog' as const,
    summary: pkg.description,
    commands: {
      write: 'append standard input to a log of your own, and share it',
      read: 'follow the log with a key, keep a copy, and pass it on'
    },
    origin: isExecutable ? 'an executable' : isFromNpm ? 'installed with npm' : 'run by Bare',
    examples: (writer: string, reader: string) => [
      `make 2>&1 | ${writer}`,
      `${reader} <key> --tail 10`,
      `${reader} --help`
    ]
  }
  run(pearlog, async () => {}) // without a command there is nothing but --help and --version
}

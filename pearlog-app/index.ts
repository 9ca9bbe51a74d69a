import { definitions, isExecutable, isFromNpm, run, start } from '../shared/index.js'

// `pearlog write` is writer-app, and `pearlog read` is reader-app.
const { program } = start()
if (program === 'writer') await import('../writer-app/index.js')
else if (program === 'reader') await import('../reader-app/index.js')
else {
  const origin = isExecutable ? 'an executable' : isFromNpm ? 'installed with npm' : 'run by Bare'
  run({ ...definitions.pearlog, origin: `${origin}\n` }, async () => {})
}

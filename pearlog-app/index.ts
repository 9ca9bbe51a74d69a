import os from 'bare-os'
import pkg from '#manifest'
import {
  definitions,
  Failure,
  isExecutable,
  isFromNpm,
  printList,
  run,
  start
} from '../shared/index.js'

// `pearlog write` is writer-app, and `pearlog read` is reader-app.
const { program } = start()
if (program === 'writer') await import('../writer-app/index.js')
else if (program === 'reader') await import('../reader-app/index.js')
else if (program === 'list') run(definitions.list, (app) => printList(app, app.flags))
else if (program === 'update' && isExecutable) {
  const { update } = await import('./update.js') // which npm's package does without
  update({ file: os.execPath(), ...pkg })
} else if (program === 'update') {
  const how = isFromNpm ? 'with npm install -g' : 'with git pull and npm install'
  run(definitions.update, async () => {
    throw new Failure(`only an executable updates itself: get the newest pearlog ${how}`)
  })
} else {
  const updates = pkg.upgrade ? `updated by pearlog update from ${pkg.upgrade}` : 'without updates'
  const here = isFromNpm ? 'installed with npm' : 'in a clone'
  const origin = isExecutable ? `an executable, ${updates}\n` : `${here}\n`
  run({ ...definitions.pearlog, origin }, async () => {})
}

// npm run soak [-- <trial> ...]
//
// What takes minutes: each trial prints what it did and what was lost. Ends with 1 when anything was.
import os from 'bare-os'
import { endOnSignals } from '../lab/program.js'
import { Random } from '../lab/random.js'
import { selected } from '../lab/selected.js'
import { Stage } from '../lab/stage.js'
import { blocks } from './blocks.js'
import { combined } from './combined.js'
import { flips } from './flips.js'
import { hostile } from './hostile.js'
import { ioErrors } from './io-errors.js'
import { keep } from './keep.js'
import { keepMany } from './keep-many.js'
import { keepPowerCut } from './keep-power-cut.js'
import { killReader, killWriter, recovery } from './kill.js'
import { machine } from './machine.js'
import { many } from './many.js'
import { meeting } from './meeting.js'
import { network } from './network.js'
import { powerCut } from './power-cut.js'
import { steady } from './steady.js'
import type { Trial } from './trial.js'

const trials: Record<string, (trial: Trial) => Promise<void>> = {
  'kill-writer': killWriter,
  'kill-reader': killReader,
  recovery,
  'power-cut': powerCut,
  keep,
  combined,
  'keep-many': keepMany,
  'keep-power-cut': keepPowerCut,
  flips,
  'io-errors': ioErrors,
  network,
  machine,
  hostile,
  blocks,
  many,
  meeting,
  steady
}

endOnSignals()
const wanted = selected('trial', trials)

const seed = Number(os.getEnv('SEED') ?? Math.floor(Math.random() * 2 ** 32))
console.log(`SEED=${seed}`)
let failed = false
for (const [name, trial] of wanted) {
  const stage = await Stage.open()
  const report = (text: string): void => console.log(`${name}: ${text}`)
  try {
    await Promise.race([trial({ stage, random: new Random(seed), report }), stage.failed])
  } catch (err) {
    failed = true
    report(`FAILED: ${(err as Error).message}`)
  }
  await stage.close()
}
Bare.exit(failed ? 1 : 0)

// npm run soak [-- <trial> ...]
//
// What takes minutes: each trial prints what it did and what was lost. Ends with 1 when anything was.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import createTestnet from '@hyperswarm/testnet'
import { Cast } from './cast.js'
import { blocks } from './blocks.js'
import { hostile } from './hostile.js'
import { killReader, killWriter, recovery } from './kill.js'
import { machine } from './machine.js'
import { many } from './many.js'
import { network } from './network.js'
import { powerCut } from './power.js'
import { steady } from './steady.js'
import { endOnSignals } from '../tools/program.js'
import { Random } from '../tools/random.js'
import { selected } from '../tools/selected.js'

export interface Trial {
  cast: Cast
  random: Random
  /** A line of the report. */
  report: (text: string) => void
}

const trials: Record<string, (trial: Trial) => Promise<void>> = {
  'kill-writer': killWriter,
  'kill-reader': killReader,
  recovery,
  'power-cut': powerCut,
  network,
  machine,
  hostile,
  blocks,
  many,
  steady
}

endOnSignals()
const wanted = selected('trial', trials)

const seed = Number(os.getEnv('SEED') ?? Math.floor(Math.random() * 2 ** 32))
console.log(`SEED=${seed}`)
let failed = false
for (const [name, trial] of wanted) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-soak-'))
  const testnet = await createTestnet(10)
  const cast = new Cast(folder, testnet.bootstrap)
  const report = (text: string): void => console.log(`${name}: ${text}`)
  try {
    await Promise.race([trial({ cast, random: new Random(seed), report }), cast.failed])
  } catch (err) {
    failed = true
    report(`FAILED: ${(err as Error).message}`)
  }
  await cast.stopAll()
  await testnet.destroy()
  fs.rmSync(folder, { recursive: true })
}
Bare.exit(failed ? 1 : 0)

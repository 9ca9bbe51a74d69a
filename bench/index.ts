// npm run bench [-- <group> ...]
//
// Every group is run RUNS times (5), ours and the alternatives side by side; the table has the ratios of
// the medians, then the medians.
import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import hypercore from 'hypercore/package.json' with { type: 'json' }
import hyperswarm from 'hyperswarm/package.json' with { type: 'json' }
import hyperbeam from 'hyperbeam/package.json' with { type: 'json' }
import { groups } from './groups.js'
import { median } from '../lab/median.js'
import { now } from '../lab/time.js'
import { rows, type Row } from './rows.js'
import { hasLab } from '../lab/stage.js'
import { endOnSignals } from '../lab/program.js'
import { selected } from '../lab/selected.js'

const RUNS = Number(os.getEnv('RUNS') ?? 5)

endOnSignals()
const wanted = selected('group', groups)

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-bench-'))
const values = new Map<string, number[]>()
const skipped = new Set<string>()
const start = now()

for (const [name, group] of wanted) {
  if (group.wan && !hasLab()) {
    skipped.add(name)
    continue
  }
  await group.prepare?.(folder)
  const runs = group.once ? 1 : RUNS
  for (let i = 1; i <= runs; i++) {
    console.error(`${name}, run ${i} of ${runs}`)
    await group.run((key, value) => values.set(key, [...(values.get(key) ?? []), value]), folder)
  }
}
fs.rmSync(folder, { recursive: true })

const [cpu] = os.cpus()
console.log(
  `${os.cpus().length} x ${cpu!.model}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.platform()} ${os.release()}`
)
console.log(
  `Bare ${Bare.version}, Hypercore ${hypercore.version}, Hyperswarm ${hyperswarm.version}, hyperbeam ${hyperbeam.version}`
)
console.log(
  `medians of ${RUNS} runs, of one for memory and the thin link; ${Math.round((now() - start) / 1000)} s in all\n`
)
console.log('| row | against | ratio | target | | ours | theirs |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const row of rows) {
  if (skipped.has(row.group))
    console.log(`| ${row.title} | ${row.against} | skipped: needs root | | | | |`)
  else if (values.has(row.ours)) console.log(format(row))
}

const cpuTimes = [...values].filter(([key]) => key.startsWith('cpu '))
if (cpuTimes.length > 0) {
  console.log(
    '\nCPU seconds in the whole pipe of 100 MB, by thread (`system`: the kernel, within all of them):\n'
  )
  console.log('| end | thread | seconds |')
  console.log('| --- | --- | --- |')
}
for (const [key, seconds] of cpuTimes) {
  const [, end, thread] = key.split(' ')
  if (median(seconds) >= 0.05) console.log(`| ${end} | ${thread} | ${median(seconds).toFixed(2)} |`)
}
Bare.exit()

function format({ title, against, ours, theirs, unit, target, atMost }: Row): string {
  const mine = median(values.get(ours)!)
  const other = typeof theirs === 'number' ? theirs : median(values.get(theirs)!)
  const ratio = mine / other
  const met = atMost ? ratio <= target : ratio >= target
  const goal = target === Infinity ? '' : `${atMost ? '≤' : '≥'} ${target}`
  const verdict = target === Infinity ? '' : met ? 'met' : 'missed'
  const cells = [
    title,
    against,
    figure(ratio),
    goal,
    verdict,
    `${figure(mine)} ${unit}`,
    `${figure(other)} ${unit}`
  ]
  return `| ${cells.join(' | ')} |`
}

function figure(n: number): string {
  return n >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(3)
}

// npm run bench [-- <group> ...]
//
// Every group is run RUNS times (3), ours and the alternatives side by side; the table has the ratios of
// the medians, then the medians.
import os from 'bare-os'
import path from 'bare-path'
import hypercore from 'hypercore/package.json' with { type: 'json' }
import hyperswarm from 'hyperswarm/package.json' with { type: 'json' }
import hyperbeam from 'hyperbeam/package.json' with { type: 'json' }
import { Link } from '../lab/link.js'
import { endOnSignals } from '../lab/program.js'
import { selected } from '../lab/selected.js'
import { Star } from '../lab/star.js'
import { Stage } from '../lab/stage.js'
import { now } from '../lab/time.js'
import type { Group, Row } from './row.js'
import { groups } from './rows/index.js'
import { Table } from './table.js'

const RUNS = Number(os.getEnv('RUNS') ?? 3)
const COMMANDS = path.join(import.meta.dirname, '..', '..', 'bin') // as npm installs them

if (!os.getEnv('PEARLOG_COMMANDS')) os.setEnv('PEARLOG_COMMANDS', COMMANDS)

endOnSignals()
const wanted = selected('group', groups)

const table = new Table()
const start = now()
for (const [name, group] of wanted) {
  if ((group.link && !Link.available) || (group.star && !Star.available)) {
    table.skip(group.rows, () => 'needs root')
    continue
  }
  const [rows, others] = [true, false].map((isThere) =>
    group.rows.filter(({ needs }) => (needs?.isThere ?? true) === isThere)
  ) as [Row[], Row[]]
  const runs = group.once ? 1 : RUNS
  for (let i = 1; i <= runs; i++) {
    console.error(`${name}, run ${i} of ${runs}`)
    await run({ ...group, rows })
  }
  table.add({ ...group, rows })
  table.skip(others, ({ needs }) => `${needs!.name} is not installed`)
}

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
console.log(table.text)
Bare.exit()

async function run({ link, star, rows }: Group): Promise<void> {
  const stage = await Stage.open(link ?? star)
  try {
    for (const measure of new Set(rows.flatMap(({ ours, theirs }) => [ours, theirs]))) {
      if (typeof measure === 'number') continue
      const value = await Promise.race([measure(stage, table.detail), stage.failed])
      table.value(measure, value)
    }
  } finally {
    await stage.close()
  }
}

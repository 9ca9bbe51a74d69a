import { run } from '../lab/apps.js'
import { commandLine } from '../lab/commands.js'
import { ALL, failAt, outputRun, places, readerRun, writerRun } from '../lab/damage/io-errors.js'
import { buildFailingDisk, FAULTS } from '../lab/damage/failing-disk.js'
import { NOWHERE } from '../lab/network.js'
import type { Program } from '../lab/program.js'
import type { Trial } from './trial.js'

/** Of a writer's and a reader's run, the first write, sync and rename of each kind of file fails, one in a run. */
export async function ioErrors({ stage, report }: Trial): Promise<void> {
  const library = buildFailingDisk(await stage.tmp())
  if (!library) return report('skipped, needs Linux and cc')
  const { bootstrap } = stage
  const source = stage.writer('source')
  source.type(ALL)
  const key = await source.key()
  const trial = { library, tmp: () => stage.tmp() }
  const read = (storage: string, flags: string[], env: Record<string, string>): Program =>
    run(stage, commandLine('reader', [key], { storage, bootstrap, flags }), { env })
  const runs = {
    writer: writerRun((storage, env) => {
      const flags = ['--until-sync', '0']
      return run(stage, commandLine('writer', [], { storage, bootstrap: NOWHERE, flags }), { env })
    }),
    reader: readerRun(read),
    'reader with --output': outputRun(read)
  }
  let failures = 0
  for (const [role, app] of Object.entries(runs)) {
    for (const fault of Object.keys(FAULTS)) {
      const calls = await places(trial, app, fault)
      for (const { at } of calls) {
        await failAt(trial, app, fault, at).catch((err: unknown) => {
          failures++
          report(`${role}: ${(err as Error).message}`)
        })
      }
      report(`${role}, ${fault}: ${calls.length} places`)
    }
  }
  if (failures > 0) throw new Error(`${failures} were not told, or lost something`)
}

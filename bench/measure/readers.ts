import { FROM_START } from '../../lab/commands.js'
import { cpuOfThreads } from '../../lab/resources.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { sleep } from '../../lab/time.js'
import { Steady, type Late } from './steady.js'

const RATE = 100 // lines a second
const START = 5000 // ms, in which they find each other

export interface Cost extends Late {
  /** Of the writer, for each line, in ms. */
  cpu: number
}

/** What lines of 100 bytes cost, 100 a second for so many seconds to so many readers, on one machine. */
export async function costOfReaders(
  stage: Stage,
  { readers: count, seconds }: { readers: number; seconds: number }
): Promise<Cost> {
  const writer = stage.writer('writer', { storage: stage.newPath() })
  const key = await writer.key()
  const steady = new Steady()
  const readers = steady.readers(count, (ondata) => {
    return stage.reader('reader', key, { storage: stage.newPath(), flags: FROM_START, ondata })
  })
  steady.type(writer, 1)
  await readers.printed()
  await sleep(START)
  const before = cpuOfThreads(writer)
  await steady.typeAll(writer, RATE * seconds, RATE)
  const cpu = ((cpuOfThreads(writer) - before) / (RATE * seconds)) * 1000
  await readers.printed()
  const [late] = await Promise.all([readers.end(), writer.stop(SIGKILL)])
  return { ...late, cpu }
}

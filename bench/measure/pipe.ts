import fs from 'bare-fs'
import path from 'bare-path'
import { Meter } from '../../lab/meter.js'
import { formatNodes } from '../../lab/network.js'
import type { Program } from '../../lab/program.js'
import { cpuTime } from '../../lab/resources.js'
import { SIGKILL } from '../../lab/signals.js'
import type { Stage } from '../../lab/stage.js'
import { now } from '../../lab/time.js'
import type { Pair } from '../pairs.js'

interface Piped {
  /** Bytes a second from standard input at one end to standard output at the other, once connected. */
  rate: number
  /** Seconds of CPU, by end and thread. */
  cpu: Record<'writer' | 'reader', Map<string, number>>
}

/** A file through writer and reader. */
export async function pipe(stage: Stage, pair: Pair, file: string): Promise<Piped> {
  const gate = stage.newPath()
  const writer = pair.writer(stage, gated(file, gate))
  const meter = new Meter()
  const reader = pair.reader(stage, await writer.key(), meter.ondata)
  return throughGate(gate, meter, file, { writer, reader })
}

/** The same of hyperbeam. */
export async function beam(stage: Stage, file: string): Promise<Piped> {
  const gate = stage.newPath()
  const nodes = formatNodes(stage.bootstrap)
  const module = 'bench/baselines/hyperbeam'
  const writer = stage.module(module, ['listen', nodes], { pipe: gated(file, gate) })
  await writer.says('hyperbeam key: ')
  const key = /hyperbeam key: (\w+)/.exec(writer.stderr)![1]!
  const meter = new Meter()
  const options = { host: 'b' as const, ondata: meter.ondata }
  const reader = stage.module(module, ['connect', nodes, key], options)
  return throughGate(gate, meter, file, { writer, reader })
}

// A first line, by which a reader is seen to be connected, and the file when the gate is there. Its
// standard error is not the program's, which would be open for as long as it waits.
function gated(file: string, gate: string): string {
  const wait = `until [ -e ${gate} ] || [ ! -d ${path.dirname(gate)} ]; do sleep 0.02; done`
  return `exec 2>/dev/null; echo first; ${wait}; cat ${file}`
}

async function throughGate(
  gate: string,
  meter: Meter,
  file: string,
  { writer, reader }: { writer: Program; reader: Program }
): Promise<Piped> {
  const { size } = fs.statSync(file)
  await meter.until(1)
  const first = meter.bytes
  const from = now()
  fs.writeFileSync(gate, '')
  await meter.until(first + size)
  const rate = size / ((now() - from) / 1000)
  const cpu = { writer: cpuTime(writer), reader: cpuTime(reader) }
  await Promise.all([writer.stop(SIGKILL), reader.stop(SIGKILL)])
  return { rate, cpu }
}

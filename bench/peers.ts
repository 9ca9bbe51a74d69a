import { run } from '../lab/apps.js'
import { compiledFile } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { isInstalled, startNats, startSsh } from '../lab/services.js'
import type { Stage } from '../lab/stage.js'
import { shared, type Needs } from './row.js'

// What people use instead. A row says whether it keeps, syncs and proves what it carries.

export const NATS: Needs = { name: 'nats-server', isThere: isInstalled('nats-server', 'node') }
export const SSH: Needs = {
  name: 'ssh and sshd',
  isThere: isInstalled('ssh', 'sshd', 'ssh-keygen')
}
export const SOCAT: Needs = { name: 'socat', isThere: isInstalled('socat') }

type Ondata = (chunk: Uint8Array) => void

/** A writer, and how to start its reader. */
export interface Ends {
  writer: Program
  reader: (ondata: Ondata) => Program
}

/** What is one message of JetStream: a line, or 256 KiB. */
export type Unit = 'line' | 'block'

const ssh = shared(startSsh)

/** On a server of its own; `inFlight` messages at most are not acknowledged yet. */
export async function jetstream(
  stage: Stage,
  { unit = 'line', inFlight = 1, pipe }: { unit?: Unit; inFlight?: number; pipe?: string } = {}
): Promise<Ends> {
  const port = String(await startNats(stage))
  const client = ['node', compiledFile('bench/baselines/jetstream')]
  const writer = run(stage, [...client, 'write', port, String(inFlight), unit], { pipe })
  await writer.says(CONNECTED)
  return { writer, reader: (ondata) => run(stage, [...client, 'read', port], { ondata }) }
}

/** What JetStream's ends say when they are. */
export const CONNECTED = 'peer connected'

/** A file, and `tail -f` of it by ssh. */
export async function sshTail(stage: Stage): Promise<Ends> {
  const file = stage.newPath()
  const writer = run(stage, ['sh', '-c', 'exec cat > "$0"', file])
  const tail = [...(await ssh(stage)), 'tail', '-n', '+1', '-f', file]
  return { writer, reader: (ondata) => run(stage, tail, { ondata }) }
}

/** `cat` of a file, by ssh. */
export async function sshCat(stage: Stage, file: string, ondata: Ondata): Promise<Program> {
  return run(stage, [...(await ssh(stage)), 'cat', file], { ondata })
}

/** One TCP connection. */
export async function socat(stage: Stage): Promise<Ends> {
  const writer = run(stage, ['socat', '-u', '-d', '-d', '-', 'TCP-LISTEN:0,bind=127.0.0.1'])
  await writer.says('listening on')
  const [, port] = /listening on .*:(\d+)/.exec(writer.stderr)!
  return {
    writer,
    reader: (ondata) => run(stage, ['socat', '-u', `TCP:127.0.0.1:${port}`, '-'], { ondata })
  }
}

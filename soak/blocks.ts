import b4a from 'b4a'
import type Hypercore from 'hypercore'
import { bareBones } from '../lab/bare-bones.js'
import { FROM_START } from '../lab/commands.js'
import type { Program } from '../lab/program.js'
import { peakMemory } from '../lab/resources.js'
import { SIGTERM } from '../lab/signals.js'
import type { Trial } from './trial.js'

const LARGE = { size: 15_000_000, number: 30 }
const EMPTY = 1_000_000
const BATCH = 10_000
const END = 'the end\n'

/** Logs that pearlog would not write: of blocks as large as Hypercore sends them, and of empty ones. */
export async function blocks({ stage, report }: Trial): Promise<void> {
  const large = await serve(async (core) => {
    for (let i = 0; i < LARGE.number; i++) await core.append(b4a.alloc(LARGE.size, i))
  })
  const empty = await serve(async (core) => {
    for (let i = 0; i < EMPTY; i += BATCH) {
      await core.append(Array.from({ length: BATCH }, () => b4a.alloc(0)))
    }
  })
  report(`${LARGE.number} blocks of ${LARGE.size} bytes: ${await read(large)}`)
  report(`${EMPTY} empty blocks: ${await read(empty)}`)

  async function serve(fill: (core: Hypercore) => Promise<void>): Promise<Hypercore> {
    const core = await bareBones(stage, stage.bootstrap, null)
    await fill(core)
    await core.append(b4a.from(END))
    return core
  }

  async function read(core: Hypercore): Promise<string> {
    let bytes = 0
    let tail = ''
    const key = b4a.toString(core.key, 'hex')
    let reader: Program
    await new Promise<void>((resolve) => {
      const ondata = (chunk: Uint8Array): void => {
        bytes += chunk.byteLength
        tail = (tail + b4a.toString(chunk.subarray(-END.length))).slice(-END.length)
        if (bytes === core.byteLength && tail === END) resolve()
      }
      reader = stage.reader(`reader-of-${key}`, key, { flags: FROM_START, ondata })
    })
    const memory = Math.round(peakMemory(reader!))
    await reader!.stop(SIGTERM)
    return `${bytes} bytes, all at the reader, which used ${memory} MB`
  }
}

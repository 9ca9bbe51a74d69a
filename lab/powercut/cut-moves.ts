import path from 'bare-path'
import { FROM_START } from '../commands.js'
import type { Program } from '../program.js'
import type { Random } from '../random.js'
import { SIGKILL } from '../signals.js'
import { sleep } from '../time.js'
import type { Disk } from './disk.js'

const LONGEST_RUN = 500 // ms, before a cut
const LINES = 3 // before each move
const TRIES = 3

export interface Moves {
  disk: Disk
  random: Random
  /** Each is cut short twice: the export, and the import. */
  moves: number
  /** On the disk, with its log below `storage`. */
  writer: (storage: string, flags: string[]) => Program
  reader: (key: string, flags: string[]) => Program
}

/**
 * A log moves from folder to folder on a disk that loses its power during each export and each import. Resolves to
 * the number of its lines. Throws when one that was committed is lost, when the log is nowhere any more, or when
 * it can be written in the place that it has left.
 */
export async function cutMoves({ disk, random, moves, writer, reader }: Moves): Promise<number> {
  const storageOf = (n: number): string => path.join(disk.folder, String(n))
  const cut = async (program: Program): Promise<boolean> => {
    program.stopped = true
    program.endInput()
    await Promise.race([program.ended, sleep(random.below(LONGEST_RUN))])
    const isDone = program.isOver
    await program.stop(SIGKILL)
    disk.cut()
    return isDone
  }
  let key = ''
  let text = ''
  for (let n = 0; n < moves; n++) {
    const writes = writer(storageOf(n), [])
    const printed = await writes.key()
    if (key !== '' && printed !== key) throw new Error('another key')
    key = printed
    for (let i = 0; i < LINES; i++) {
      writes.type(`${n} ${i}\n`)
      text += `${n} ${i}\n`
    }
    writes.endInput()
    await writes.says('all committed')
    await cut(writes)

    const exports = writer(storageOf(n), ['--export'])
    await cut(exports)
    const isTold = exports.stderr.includes('exported: ')
    const again = await end(writer(storageOf(n), ['--export']))
    if (isTold && again.stdout !== '') throw new Error('an export was taken back by a power cut')

    const from = path.join(storageOf(n), 'writer-storage')
    const flags = ['--import', from, '--until-sync', '0']
    await cut(writer(storageOf(n + 1), flags))
    await imported(() => writer(storageOf(n + 1), flags))
    const old = await end(writer(storageOf(n), ['--until-sync', '0']))
    if (old.stdout !== '') throw new Error('it can be written in two places')
  }
  const last = writer(storageOf(moves), [])
  if ((await last.key()) !== key) throw new Error('another key')
  const all = await end(reader(key, [...FROM_START, '--exit']))
  if (all.stdout !== text) throw new Error(`a reader has ${all.stdout}: ${all.stderr}`)
  await last.stop(SIGKILL)
  return moves * LINES
}

// As a person does: again, until it is there, or was before.
async function imported(start: () => Program): Promise<void> {
  let said = ''
  for (let i = 0; i < TRIES; i++) {
    const { stderr } = await end(start())
    if (/all committed|was imported before|is not an exported log/.test(stderr)) return
    said = stderr
  }
  throw new Error(`the log cannot be imported: ${said}`)
}

async function end(program: Program): Promise<Program> {
  program.stopped = true
  program.endInput()
  await program.ended
  return program
}

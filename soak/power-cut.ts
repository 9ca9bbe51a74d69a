import { reader, writer } from '../lab/apps.js'
import { Combined, type Kind } from '../lab/combined.js'
import { cutMoves } from '../lab/powercut/cut-moves.js'
import { cutPower, LONE } from '../lab/powercut/cut-power.js'
import { cutStarts } from '../lab/powercut/cut-starts.js'
import { buildPowercut, Disk } from '../lab/powercut/disk.js'
import type { Trial } from './trial.js'

// 200 in all.
const CUTS = 12 // of a writer, of each of six kinds
const STARTS = 28
const MOVES = 10 // with three cuts each
const READERS = 20 // of each of two kinds
const BOTH = 15 // of each of two kinds
const FLOOD = { lines: 200, padding: 40 } // every 10 ms

/** The power is cut at the disks of a writer and of readers. */
export async function powerCut(trial: Trial): Promise<void> {
  const library = buildPowercut(await trial.stage.tmp())
  if (!library) return trial.report('skipped, needs Linux and cc')
  await ofWriters(trial, library)
  await ofStarts(trial, library)
  await ofMoves(trial, library)
  await ofReaders(trial)
}

async function ofWriters({ stage, random, report }: Trial, library: string): Promise<void> {
  for (const isFlood of [true, false]) {
    for (const moment of ['up', 'away', 'closing']) {
      const [isReaderUp, isClosing] = [moment !== 'away', moment === 'closing']
      const name = `${isFlood ? 'flood' : 'lone'}-${moment}`
      const disk = new Disk(library, stage.path(`disk-${name}`))
      const { folder: storage, env } = disk
      let readers = 0
      const count = await cutPower({
        disk,
        random,
        cuts: CUTS,
        isFlood,
        isReaderUp,
        isClosing,
        writer: (pipe) => stage.writer(name, { pipe, storage, env }),
        reader: (key, flags, ondata) => {
          const role = flags.includes('--exit') ? `late-${++readers}` : 'reader'
          return stage.reader(`${name}-${role}`, key, { flags, ondata })
        }
      })
      report(
        `${CUTS} cuts, ${isFlood ? 'during a flood' : `after ${LONE} lines`}, ${isClosing ? 'while the writer closes' : `the reader ${isReaderUp ? 'stays' : 'comes later'}`}: ${count} lines in order, 0 lost, 0 doubled`
      )
    }
  }
}

async function ofStarts({ stage, random, report }: Trial, library: string): Promise<void> {
  const { bootstrap } = stage
  await cutStarts({
    random,
    cuts: STARTS,
    disk: async () => new Disk(library, await stage.tmp()),
    writer: ({ folder, env }) => writer(stage, { bootstrap, storage: folder, env }),
    reader: ({ folder, env }, key, flags) =>
      reader(stage, key, { bootstrap, storage: folder, env, flags })
  })
  report(`${STARTS} cuts in the first half second of a first start: each was carried on`)
}

async function ofMoves({ stage, random, report }: Trial, library: string): Promise<void> {
  const disk = new Disk(library, await stage.tmp())
  const { bootstrap } = stage
  const lines = await cutMoves({
    disk,
    random,
    moves: MOVES,
    writer: (storage, flags) => writer(stage, { bootstrap, storage, env: disk.env, flags }),
    reader: (key, flags) => reader(stage, key, { bootstrap, storage: stage.newPath(), flags })
  })
  report(`${3 * MOVES} cuts of a log that moves ${MOVES} times: ${lines} lines in order, 0 lost`)
}

async function ofReaders({ stage, random, report }: Trial): Promise<void> {
  const kinds: [string, number, string, Kind[], object][] = [
    ['a reader, lone lines', READERS, 'power cut at a reader', ['cuts', 'cuts, file'], {}],
    ['a reader, a flood', READERS, 'power cut at a reader', ['cuts', 'cuts, file'], FLOOD],
    ['a writer and its readers at once', BOTH, 'power cut of all', ['cuts', 'cuts, file'], FLOOD],
    [
      'a writer with --keep, which compacts',
      BOTH,
      'power cut of all',
      ['plain', 'plain, file'],
      { ...FLOOD, flags: ['--keep', '20MB'] }
    ]
  ]
  for (const [name, count, fault, readers, more] of kinds) {
    const told = (text: string): void => report(`${name}: ${text}`)
    const setting = { stage, random, report: told, count, faults: [fault], readers, ...more }
    await (await Combined.make(setting))!.play()
  }
}

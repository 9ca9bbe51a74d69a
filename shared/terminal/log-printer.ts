import type { BlockReader } from '../log/block-reader.js'
import { gapNotice } from '../log/gap.js'
import type { Position } from '../log/position.js'
import type { Sum } from '../log/sum.js'
import { skipGaps } from '../peers/gaps.js'
import { watchForLost } from '../peers/lost-block.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'
import { storageFailure } from '../storage/failures.js'
import { BlockPrinter } from './block-printer.js'
import { lostNotice } from './notices.js'
import type { Sink } from './sink.js'
import type { Status } from './status.js'

interface Options {
  blocks: BlockReader
  /** The index of the first block. */
  start: number
  sink: Sink
  /** Moves with what is printed. */
  position: Position
  status: Status
  /** Counts in what is printed. */
  sum: Sum | null
}

interface Host {
  say: (text: string) => void
  onstop: (fn: () => Promise<void>) => void
}

/**
 * Prints the blocks of `log` that are piped into it. What is printed is kept as the position, and may be cleared;
 * gaps and blocks that nobody has are told.
 */
export function makePrinter(log: ReplicatedCore, options: Options, host: Host): BlockPrinter {
  const { blocks, start, sink, position, status, sum } = options
  const { core, dir } = log
  const onprinted = async (end: number): Promise<void> => {
    const place = blocks.placeBefore(end)
    await sink.keep(place)
    await position.move(place).catch((err: unknown) => {
      throw storageFailure(err, dir)
    })
    if (!position.isLook) log.keeper?.release(place.start)
  }
  skipGaps(log, blocks, (gap) => host.say(gapNotice(gap)))
  const { output, format, formatGap, atOnce } = sink
  const { gaps } = blocks
  const printer = new BlockPrinter(output, {
    start,
    format,
    formatGap,
    atOnce,
    gaps,
    sum,
    onprinted
  })
  host.onstop(() => printer.stop())
  status.progress = () => printer.progress(Math.min(core.length, blocks.end))
  watchForLost(
    core,
    () => printer.progress(0).block,
    (index, after) => host.say(lostNotice(index, after, log.company))
  )
  return printer
}

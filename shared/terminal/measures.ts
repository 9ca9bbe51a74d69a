import byteSize from 'tiny-byte-size'

const BAR = 20 // columns

export interface Progress {
  /** The index after the last block that is done. */
  block: number
  /** How many bytes are done. */
  bytes: number
  /** Where it started, and where it catches up to. */
  from?: number
  to?: number
}

/** The parts of the live line that tell how far it has come; a bar while it catches up. */
export function measures(
  { block, bytes, from = 0, to = 0 }: Progress,
  bytesPerSecond: number
): string[] {
  const speed = bytesPerSecond > 0 ? [byteSize.perSecond(bytesPerSecond)] : []
  if (block >= to)
    return [`${block} ${block === 1 ? 'block' : 'blocks'}`, byteSize(bytes), ...speed]

  const done = (block - from) / (to - from)
  const filled = Math.round(done * BAR)
  const left = (bytes / done) * (1 - done)
  return [
    `${Math.floor(done * 100)}%`,
    ...speed,
    ...(done > 0 && bytesPerSecond > 0 ? [`${duration(left / bytesPerSecond)} left`] : []),
    `[${'='.repeat(filled)}${' '.repeat(BAR - filled)}]`
  ]
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${Math.ceil(seconds / 3600)} h`
}

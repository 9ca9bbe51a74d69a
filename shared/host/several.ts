import { UsageError } from '../log/errors.js'

interface SeveralFlags {
  keyFile: string | null
  raw: boolean
  text: boolean
  asStored: boolean
  output: string | null
  blindPeer: Uint8Array | null
}

/** Throws a UsageError for flags that several logs have no use for. */
export function refuseForSeveral(flags: SeveralFlags): void {
  const { keyFile, raw, asStored, text, output, blindPeer } = flags
  if (keyFile !== null) throw new UsageError('--key-file has one key: for several logs, use --logs')
  if (blindPeer !== null) {
    throw new UsageError('--blind-peer has one log kept: read that log by a reader of its own')
  }
  const instead = 'leave it out, or have a file for each log with --output <dir>'
  if (output !== null) return
  if (asStored)
    throw new UsageError('--as-stored would mix the bytes of several logs: read them one by one')
  if (raw) throw new UsageError(`--raw would mix the bytes of several logs: ${instead}`)
  if (text) throw new UsageError(`--text does not say which log a block is of: ${instead}`)
}

/** What the folder of a log knows of its disk. */
export interface Durability {
  /** How many blocks were on disk once and are gone. */
  readonly missing: number
  /** What comes is on disk for good before anybody sees it. */
  readonly isSynced: boolean
  /** Nobody can have a block that is not here. */
  readonly isWhole: boolean
  /** Peers may be told what there is when this resolves. */
  share(): Promise<void>
  /** All that was appended is on disk when this resolves. */
  sync(): Promise<void>
  /** To be called when nothing is appended any more. */
  close(): Promise<void>
}

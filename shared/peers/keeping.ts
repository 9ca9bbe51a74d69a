/** Clears what of a log is not to stay here. */
export interface Keeping {
  /** The most bytes that stay. */
  readonly size: number
  /** The blocks before `end` may go, if there are too many. */
  release(end: number): void
  close(): Promise<void>
}

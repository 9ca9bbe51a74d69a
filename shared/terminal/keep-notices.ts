import byteSize from 'tiny-byte-size'
import { UsageError } from '../log/errors.js'
import type { Keep } from '../log/kept.js'

/** What a writer says of a log of which a part stays. */
export function keepNotice(size: number): string {
  return `keeps the newest ${byteSize(size)}; --keep all ends that`
}

/** Throws a UsageError when a writer cannot keep so little of its own log. */
export function checkOwnKeep(keep: Keep | null): void {
  if (keep !== 0) return
  throw new UsageError('--keep 0 is for readers: what a writer does not keep, nobody can get')
}

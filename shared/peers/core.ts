import Hypercore from 'hypercore'
import type { Made } from '../log/kind.js'

// Blocks asked of one peer at a time. The 16 to 512 of Hypercore 11.39.5 leave most of a long link unused:
// at 50 ms round trip, 64 KiB blocks came at 253 a second with those, and at 377 with these (bench/RESULTS.md).
const INFLIGHT: [number, number] = [512, 1024]

/** The core in the folder `dir`, or in the database that it is made in. */
export function makeCore(dir: string, key: Uint8Array | null, made: Made): Hypercore {
  const options = { allowPush: true, inflightRange: INFLIGHT, ...made }
  return new Hypercore(made.storage ?? dir, key, options)
}

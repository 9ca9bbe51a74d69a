import b4a from 'b4a'
import { hash } from 'hypercore-crypto'

const SIZE = 8 // bytes

/** Of a line of text that may be written in part: 16 hex digits of its BLAKE2b. */
export function checksum(text: string): string {
  return b4a.toString(hash(b4a.from(text)).subarray(0, SIZE), 'hex')
}

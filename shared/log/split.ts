const NEWLINE = 0x0a
const LONGEST_CHARACTER = 4 // bytes

/**
 * Cuts bytes into blocks of as many whole lines as fit in `limit` bytes, and a rest without a newline.
 * A line longer than `limit` is cut there, but not inside a UTF-8 character.
 */
export function splitBlocks(
  bytes: Uint8Array,
  limit: number
): { blocks: Uint8Array[]; rest: Uint8Array } {
  const blocks: Uint8Array[] = []
  let start = 0

  while (true) {
    const full = bytes.byteLength - start >= limit
    const newline = bytes.lastIndexOf(NEWLINE, full ? start + limit - 1 : bytes.byteLength - 1)
    let end = newline + 1
    if (end <= start) {
      if (!full) break
      const whole = wholeCharacters(bytes.subarray(start), limit)
      end = start + (whole > 0 ? whole : limit)
    }
    blocks.push(bytes.subarray(start, end))
    start = end
  }

  return { blocks, rest: bytes.subarray(start) }
}

/** Cuts bytes into blocks of `limit` bytes, and a last one of what is left. */
export function splitBytes(bytes: Uint8Array, limit: number): Uint8Array[] {
  const count = Math.ceil(bytes.byteLength / limit)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * limit, (i + 1) * limit))
}

/**
 * How many of the first `end` bytes are left when a character that `end` cuts is left out. What its first
 * byte says of its length is enough: what comes next need not be known. Bytes that are not UTF-8 stay.
 */
export function wholeCharacters(bytes: Uint8Array, end: number): number {
  let i = end - 1
  while (i > 0 && end - i < LONGEST_CHARACTER && isContinuation(bytes[i]!)) i--
  return i >= 0 && i + characterLength(bytes[i]!) > end ? i : end
}

// By its first byte; 1 for a byte that begins none.
function characterLength(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 1
  if (byte < 0xe0) return 2
  return byte < 0xf0 ? 3 : LONGEST_CHARACTER
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

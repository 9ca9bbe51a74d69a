import { UsageError } from '../log/errors.js'
import { quote } from '../terminal/quote.js'
import { nameOf, type Flag, type Given, type Group } from './flags.js'

// Bytes.
const UNITS: Record<string, number> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40
}

/** A size as `500MB`, `2GB` or `1TiB`, in bytes, or `all`; null when it was not given. */
export function size(usage: string, group: Group, meaning: string): Flag<number | 'all' | null> {
  const read = (given: Given): number | 'all' | null => {
    if (typeof given !== 'string') return null
    if (given === 'all') return 'all'
    const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]i?b|b?)$/i.exec(given) ?? []
    const bytes = Math.round(Number(digits) * (UNITS[unit.toLowerCase()] ?? 1))
    if (digits && Number.isSafeInteger(bytes)) return bytes
    const what = nameOf({ usage })
    throw new UsageError(`${what} takes a size as 500MB, 2GB or 1TiB, or all, not ${quote(given)}`)
  }
  return { usage, group, meaning, read }
}

import type { Group } from '../row.js'
import { compressedGroup } from './compressed.js'
import { compressedLinkGroup } from './compressed-link.js'
import { durabilityGroup } from './durability.js'
import { durabilityLiveGroup } from './durability-live.js'
import { fanOutGroup } from './fan-out.js'
import { encryptionGroup } from './encryption.js'
import { ingestGroup } from './ingest.js'
import { keepGroup } from './keep.js'
import { linesGroup } from './lines.js'
import { liveGroup } from './live.js'
import { longLinkGroup } from './long-link.js'
import { loopbackGroup } from './loopback.js'
import { manyGroup } from './many.js'
import { openGroup } from './open.js'
import { othersLiveGroup } from './others-live.js'
import { othersGroup } from './others.js'
import { readerMemoryGroup } from './reader-memory.js'
import { readersGroup } from './readers.js'
import { thinLinkGroup } from './thin-link.js'
import { writerMemoryGroup } from './writer-memory.js'

/** In the order of the table. */
export const groups: Record<string, Group> = {
  ingest: ingestGroup,
  keep: keepGroup,
  lines: linesGroup,
  'writer-memory': writerMemoryGroup,
  live: liveGroup,
  'long-link': longLinkGroup,
  loopback: loopbackGroup,
  compressed: compressedGroup,
  'compressed-link': compressedLinkGroup,
  others: othersGroup,
  'others-live': othersLiveGroup,
  'reader-memory': readerMemoryGroup,
  'thin-link': thinLinkGroup,
  open: openGroup,
  durability: durabilityGroup,
  'durability-live': durabilityLiveGroup,
  'fan-out': fanOutGroup,
  readers: readersGroup,
  many: manyGroup,
  encryption: encryptionGroup
}

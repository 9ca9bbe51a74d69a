import { durabilityRows } from './durability.js'

/** A line of the table: the ratio of two medians. */
export interface Row {
  group: string
  title: string
  against: string
  /** Names of measured values, or a fixed number to compare with. */
  ours: string
  theirs: string | number
  unit: string
  target: number
  /** The ratio must not be above the target, rather than not below. */
  atMost?: boolean
}

export const rows: Row[] = [
  ...durabilityRows,
  {
    group: 'ingest',
    title: 'ingest, 500 MB piped',
    against: 'how-to',
    ours: 'ingest',
    theirs: 'ingest, how-to',
    unit: 'MB/s',
    target: 1.4
  },
  {
    group: 'ingest',
    title: 'ingest, 500 MB piped',
    against: 'raw Hypercore, ready blocks',
    ours: 'ingest',
    theirs: 'ingest, raw Hypercore',
    unit: 'MB/s',
    target: 0.9
  },
  {
    group: 'lines',
    title: 'ingest, one write per 100-byte line, 1,000,000 lines',
    against: 'how-to (200,000 lines)',
    ours: 'lines',
    theirs: 'lines, how-to',
    unit: 'lines/s',
    target: 8
  },
  {
    group: 'writer-memory',
    title: "writer's peak memory, 2 GB in",
    against: 'itself, 500 MB in',
    ours: 'writer memory, 2GB',
    theirs: 'writer memory, 500MB',
    unit: 'MB',
    target: 1.15,
    atMost: true
  },
  {
    group: 'writer-memory',
    title: "writer's peak memory, 2 GB in",
    against: 'a limit of 350 MB',
    ours: 'writer memory, 2GB',
    theirs: 350,
    unit: 'MB',
    target: 1,
    atMost: true
  },
  {
    group: 'live',
    title: 'live, a line every 100 ms, 25 ms one way, median',
    against: 'the one-way delay',
    ours: 'live',
    theirs: 25,
    unit: 'ms',
    target: 1.4,
    atMost: true
  },
  {
    group: 'live',
    title: 'the same, how-to',
    against: 'the one-way delay',
    ours: 'live, how-to',
    theirs: 25,
    unit: 'ms',
    target: Infinity,
    atMost: true
  },
  {
    group: 'live',
    title: 'live, the same, the slowest of 10 readers',
    against: 'the one-way delay',
    ours: 'live, 10 readers',
    theirs: 25,
    unit: 'ms',
    target: 2,
    atMost: true
  },
  {
    group: 'long-link',
    title: 'catch-up, a log of 64 KiB blocks, 50 ms round trip',
    against: "how-to's reader",
    ours: 'blocks',
    theirs: 'blocks, how-to',
    unit: 'blocks/s',
    target: 20
  },
  {
    group: 'long-link',
    title: 'catch-up, 100-byte lines written one at a time, 50 ms round trip',
    against: "how-to's pair",
    ours: 'catch-up, lines',
    theirs: 'catch-up, lines, how-to',
    unit: 'lines/s',
    target: 300
  },
  {
    group: 'long-link',
    title: 'catch-up, 60 MB of 100-byte lines, 50 ms round trip',
    against: "hyperbeam's bytes",
    ours: 'catch-up',
    theirs: 'catch-up, hyperbeam',
    unit: 'MB/s',
    target: 0.6
  },
  {
    group: 'loopback',
    title: 'catch-up, no delay, to `--raw` output',
    against: '`core.download` alone',
    ours: 'no delay',
    theirs: 'no delay, raw Hypercore',
    unit: 'MB/s',
    target: 0.9
  },
  {
    group: 'loopback',
    title: "whole pipe, writer's stdin to reader's stdout, no delay",
    against: "how-to's pair",
    ours: 'pipe',
    theirs: 'pipe, how-to',
    unit: 'MB/s',
    target: 2.2
  },
  {
    group: 'loopback',
    title: "whole pipe, writer's stdin to reader's stdout, no delay",
    against: 'hyperbeam, which stores and proves nothing',
    ours: 'pipe',
    theirs: 'pipe, hyperbeam',
    unit: 'MB/s',
    target: 0.3
  },
  {
    group: 'reader-memory',
    title: "reader's peak memory, 2 GB log",
    against: 'itself, 500 MB log',
    ours: 'reader memory, 2GB',
    theirs: 'reader memory, 500MB',
    unit: 'MB',
    target: 1.15,
    atMost: true
  },
  {
    group: 'writer-memory',
    title: "writer's peak memory, one line of 1 GB",
    against: 'a limit of 350 MB',
    ours: 'writer memory, one line',
    theirs: 350,
    unit: 'MB',
    target: 1,
    atMost: true
  },
  {
    group: 'thin-link',
    title: 'catch-up of 1 MB, 1 Mbit/s, 600 ms round trip',
    against: 'the link',
    ours: 'thin link',
    theirs: 1,
    unit: 'Mbit/s',
    target: 0.7
  },
  {
    group: 'open',
    title: 'open a log of 1,000,000 blocks, time to the key line',
    against: 'one of 1,000 blocks',
    ours: 'open, 1000000 blocks',
    theirs: 'open, 1000 blocks',
    unit: 'ms',
    target: 1.5,
    atMost: true
  }
]

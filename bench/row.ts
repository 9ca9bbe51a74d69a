import type { LinkOptions } from '../lab/link.js'
import type { StarOptions } from '../lab/star.js'
import type { Stage } from '../lab/stage.js'
import { LINE } from './input.js'

export const MB = 1_000_000
export const MOST_MEMORY = 250 // MB, that either end is to take at its peak

/** What a row counts in, and how much of what is measured that is. */
export interface Unit {
  name: string
  size: number
}
// Of bytes a second.
export const MB_PER_SECOND: Unit = { name: 'MB/s', size: MB }
export const MBIT_PER_SECOND: Unit = { name: 'Mbit/s', size: MB / 8 }
export const LINES_PER_SECOND: Unit = { name: 'lines/s', size: LINE }
// Of what is measured in them.
export const MS: Unit = { name: 'ms', size: 1 }
export const SECONDS: Unit = { name: 's', size: 1 }
export const CORES: Unit = { name: 'cores', size: 1 }
export const MEGABYTES: Unit = { name: 'MB', size: 1 }

/** Takes a figure that goes into a table beside the rows, by the cells before it. */
export type Detail = (cells: string, value: number) => void

/**
 * Measures once, and ends what it started. A run of the group calls it once, however many of the rows have
 * it, so that rows which share a measure share its figure.
 */
export type Measure = (stage: Stage, detail: Detail) => Promise<number>

/** What a machine may lack. */
export interface Needs {
  name: string
  isThere: boolean
}

/** A line of the table: the ratio of two medians. */
export interface Row {
  title: string
  against: string
  ours: Measure
  /** Or a fixed number, in the row's unit. */
  theirs: Measure | number
  unit: Unit
  /** Without it, the row is left out. */
  needs?: Needs
  /** The target of the ratio: one of the two, or none. */
  atLeast?: number
  atMost?: number
}

/** Rows that are measured side by side, each run of them on a stage of its own. */
export interface Group {
  /** Between writer and reader; needs root. */
  link?: LinkOptions
  /** A writer and readers on thin lines, instead; needs root. */
  star?: StarOptions
  /** Is run once: it takes its time, and hardly varies. */
  once?: boolean
  rows: Row[]
  /** The table of details: a line above it, and its columns. */
  details?: { title: string; columns: string[] }
}

/** What several measures use, made once on each stage, and there until its end. */
export function shared<T>(make: (stage: Stage) => Promise<T>): (stage: Stage) => Promise<T> {
  const made = new WeakMap<Stage, Promise<T>>()
  return (stage) => {
    if (!made.has(stage)) made.set(stage, make(stage))
    return made.get(stage)!
  }
}

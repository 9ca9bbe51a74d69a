import { median } from '../lab/median.js'
import type { Detail, Group, Measure, Row } from './row.js'

const LEAST_DETAIL = 0.05

/** Collects what is measured, and puts the medians into tables of Markdown. */
export class Table {
  readonly #values = new Map<Measure, number[]>()
  readonly #lines = [
    '| row | against | ratio | target | | ours | theirs |',
    '| --- | --- | --- | --- | --- | --- | --- |'
  ]
  readonly #details = new Map<string, number[]>()
  #below = ''

  value(measure: Measure, value: number): void {
    push(this.#values, measure, value)
  }

  readonly detail: Detail = (cells, value) => push(this.#details, cells, value)

  /** The rows of a group whose values are here. */
  add({ rows, details }: Group): void {
    for (const row of rows) this.#lines.push(this.#format(row))
    if (!details) return
    const { title, columns } = details
    const medians = [...this.#details].map(([cells, values]) => [cells, median(values)] as const)
    const lines = [
      `| ${columns.join(' | ')} |`,
      `| ${columns.map(() => '---').join(' | ')} |`,
      ...medians
        .filter(([, value]) => value >= LEAST_DETAIL)
        .map(([cells, value]) => `| ${cells} | ${value.toFixed(2)} |`)
    ]
    this.#below = `\n\n${title}\n\n${lines.join('\n')}`
  }

  skip(rows: Row[], why: (row: Row) => string): void {
    for (const row of rows) {
      this.#lines.push(`| ${row.title} | ${row.against} | skipped: ${why(row)} | | | | |`)
    }
  }

  get text(): string {
    return this.#lines.join('\n') + this.#below
  }

  #format({ title, against, ours, theirs, unit, atLeast, atMost }: Row): string {
    const figure = (side: Measure | number): number =>
      typeof side === 'number' ? side : median(this.#values.get(side)!) / unit.size
    const [mine, other] = [figure(ours), figure(theirs)]
    const ratio = mine / other
    const target = atLeast === undefined ? atMost && `≤ ${atMost}` : `≥ ${atLeast}`
    const met = ratio >= (atLeast ?? 0) && ratio <= (atMost ?? Infinity)
    const verdict = target ? (met ? 'met' : 'missed') : ''
    const amounts = [mine, other].map((n) => `${short(n)} ${unit.name}`)
    return `| ${[title, against, short(ratio), target ?? '', verdict, ...amounts].join(' | ')} |`
  }
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

function short(n: number): string {
  return n >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(3)
}

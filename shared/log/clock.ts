import process from 'bare-process'

/** Milliseconds from some moment on, whatever the clock on the wall does. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

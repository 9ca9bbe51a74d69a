import hrtime from 'bare-hrtime'

/** Milliseconds, from some moment on. */
export function now(): number {
  return Number(hrtime.bigint()) / 1e6
}

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(() => resolve(), ms))
}

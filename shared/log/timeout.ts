import type { Timeout as Timer } from 'bare-timers'
import safetyCatch from 'safety-catch'
import { Timeout } from './errors.js'

/** Resolves when `promise` is settled, or after `ms` milliseconds. */
export async function waitAtMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([promise.catch(safetyCatch), timeout])
  clearTimeout(timer)
}

/** The same as `promise`, or a Timeout, or another `Kind` of it, that says `what` did not happen within `ms` milliseconds. */
export async function withTimeout<T>(
  ms: number,
  promise: Promise<T>,
  what: string,
  Kind = Timeout
): Promise<T> {
  if (ms === Infinity) return promise
  let timer: Timer
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Kind(`${what} within ${ms / 1000} s`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export function sleep(ms: number): Promise<void> {
  return new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })
}

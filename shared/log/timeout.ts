import type { Timeout } from 'bare-timers'
import safetyCatch from 'safety-catch'
import { Failure } from './errors.js'

/** Resolves when `promise` is settled, or after `ms` milliseconds. */
export async function waitAtMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([promise.catch(safetyCatch), timeout])
  clearTimeout(timer)
}

/** The same as `promise`, or a Failure that says `what` did not happen within `ms` milliseconds. */
export async function withTimeout<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  if (ms === Infinity) return promise
  let timer: Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure(`${what} within ${ms / 1000} s`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export function sleep(ms: number): Promise<void> {
  return new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })
}

import safetyCatch from 'safety-catch'

/** Resolves when `promise` is settled, or after `ms` milliseconds. */
export async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([promise.catch(safetyCatch), timeout])
  clearTimeout(timer)
}

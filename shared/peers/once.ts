/** Resolves when `emitter` next emits one of `events`. */
export function once<Event extends string>(
  emitter: { once(event: Event, fn: () => void): unknown },
  ...events: Event[]
): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) emitter.once(event, () => resolve())
  })
}

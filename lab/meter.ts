/** Counts what a program prints: `until(n)` resolves when it has printed n bytes. */
export class Meter {
  bytes = 0
  #waiting: { bytes: number; resolve: () => void }[] = []

  readonly ondata = (chunk: Uint8Array): void => {
    this.bytes += chunk.byteLength
    const reached = this.#waiting.filter(({ bytes }) => bytes <= this.bytes)
    this.#waiting = this.#waiting.filter(({ bytes }) => bytes > this.bytes)
    for (const { resolve } of reached) resolve()
  }

  until(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, resolve })
      this.ondata(new Uint8Array(0))
    })
  }
}

/** What ends all that is started for it: a test of brittle, or a Stage. */
export interface Scope {
  teardown(fn: () => unknown): void
  /** A fresh folder, removed with it. */
  tmp(): Promise<string>
}

// What pearlog uses of paparam 1, which ships no types.
declare module 'paparam' {
  export interface Part {
    readonly part: unique symbol
  }

  export interface Bail {
    reason: string
    flag: { name: string } | null
    arg: { index?: number; value: string } | null
  }

  export interface Command {
    flags: Record<string, string | boolean | undefined>
    args: Record<string, string | undefined>
    /** Null when the arguments are wrong (after `bail`) or ask for help. */
    parse(argv: string[], opts?: { silent?: boolean }): Command | null
  }

  export function command(name: string, ...parts: (Part | Command)[]): Command
  export function flag(spec: string, description: string): Part
  export function arg(spec: string, description: string): Part
  export function bail(onbail: (bail: Bail) => void): Part
}

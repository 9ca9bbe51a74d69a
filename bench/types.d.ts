// What the baseline on Node.js uses of it.

declare module 'node:process' {
  const process: {
    argv: string[]
    stdin: AsyncIterable<Uint8Array>
    stdout: { write(data: Uint8Array): boolean }
  }
  export default process
}

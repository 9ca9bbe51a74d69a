import fs from 'bare-fs'

export const LINE = 100 // bytes

/** Line number i, with its newline. */
export function line(i: number): string {
  return `${String(i).padStart(12, '0')} ${'the quick brown fox jumps over the lazy dog '.repeat(2)}`
    .slice(0, LINE - 1)
    .concat('\n')
}

/** Makes a file of whole lines, `size` bytes or a little less; returns its size. */
export function makeFile(file: string, size: number): number {
  const fd = fs.openSync(file, 'w')
  const batch = 5000
  let written = 0
  for (let i = 0; written + batch * LINE <= size; i += batch) {
    let text = ''
    for (let j = i; j < i + batch; j++) text += line(j)
    written += fs.writeSync(fd, text)
  }
  fs.closeSync(fd)
  return written
}

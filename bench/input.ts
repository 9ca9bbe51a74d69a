import fs from 'bare-fs'

export const LINE = 100 // bytes

/** Line number i, with its newline. */
export function line(i: number): string {
  return `${String(i).padStart(12, '0')} ${'the quick brown fox jumps over the lazy dog '.repeat(2)}`
    .slice(0, LINE - 1)
    .concat('\n')
}

/** Makes a file of whole lines; `size` is a multiple of 500,000 bytes. */
export function makeFile(file: string, size: number): void {
  const fd = fs.openSync(file, 'w')
  const batch = 5000
  for (let i = 0; i < size / LINE; i += batch) {
    let text = ''
    for (let j = i; j < i + batch; j++) text += line(j)
    fs.writeSync(fd, text)
  }
  fs.closeSync(fd)
}

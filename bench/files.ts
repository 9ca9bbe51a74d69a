import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { makeFile } from './input.js'

// What all runs use.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pearlog-bench-'))
Bare.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))

/** The path of what `make` makes there, once. */
export async function made(name: string, make: (at: string) => unknown): Promise<string> {
  const at = path.join(folder, name)
  if (!fs.existsSync(at)) await make(at)
  return at
}

/** A file of so many bytes, in lines of 100. */
export function file(size: number): Promise<string> {
  return made(`${size}-bytes`, (at) => makeFile(at, size))
}

import fs from 'bare-fs'
import type { Program } from './program.js'

/** What a process has: memory in MB, file descriptors, and how many of those are sockets. Linux alone. */
export function resources(program: Program): number[] {
  const { pid } = program.process
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  const memory = Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1000)
  const files = fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/fd/${fd}`)
    } catch {
      return '' // closed meanwhile
    }
  })
  return [memory, files.length, files.filter((file) => file.startsWith('socket:')).length]
}

import fs from 'bare-fs'
import path from 'bare-path'
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

/** The most memory that a process has had, in MB. */
export function peakMemory(program: Program): number {
  const status = fs.readFileSync(`/proc/${program.process.pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1000
}

/** Seconds of CPU that a process has used, by the name of its threads; `system` is the kernel's part. */
export function cpuTime(program: Program): Map<string, number> {
  const tasks = `/proc/${program.process.pid}/task`
  const seconds = new Map<string, number>()
  for (const task of fs.readdirSync(tasks).map(String)) {
    const stat = fs.readFileSync(path.join(tasks, task, 'stat'), 'utf8')
    const [, name, rest] = /\((.*)\) (.*)/.exec(stat)!
    const [user, system] = rest!
      .split(' ')
      .slice(11, 13)
      .map((ticks) => Number(ticks) / 100)
    for (const [key, value] of [
      [name!, user! + system!],
      ['system', system!]
    ] as const) {
      seconds.set(key, (seconds.get(key) ?? 0) + value)
    }
  }
  return seconds
}

/** Seconds of CPU that all threads of a process have used. */
export function cpuOfThreads(program: Program): number {
  return [...cpuTime(program)].reduce(
    (sum, [name, time]) => (name === 'system' ? sum : sum + time), // it is a part of what they have
    0
  )
}

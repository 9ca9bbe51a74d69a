// What Hypercore does by itself: appends of ready blocks, and a download of everything.
//
//   raw-hypercore append <folder> <blocks> <bytes a block>
//   raw-hypercore download <folder> <bootstrap> <key> <blocks>
//
// Prints how long it took, in milliseconds; a download, from the connection on.
import hrtime from 'bare-hrtime'
import b4a from 'b4a'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import { parseNodes } from '../../lab/network.js'
import { line, LINE } from '../input.js'

const [mode, folder, ...rest] = Bare.argv.slice(2) as [string, string, ...string[]]

if (mode === 'append') {
  const [blocks, size] = rest.map(Number) as [number, number]
  const text = Array.from({ length: Math.ceil(size / LINE) }, (_, i) => line(i)).join('')
  const block = b4a.from(text).subarray(0, size)
  const core = new Hypercore(folder)
  await core.ready()
  const start = hrtime.bigint()
  for (let i = 0; i < blocks; i += 8) {
    await core.append(Array.from({ length: Math.min(8, blocks - i) }, () => block))
  }
  report(start)
} else {
  const [bootstrap, key, blocks] = rest as [string, string, string]
  const core = new Hypercore(folder, b4a.from(key, 'hex'))
  await core.ready()
  const swarm = new Hyperswarm({ bootstrap: parseNodes(bootstrap) })
  const connected = new Promise<void>((resolve) => {
    swarm.on('connection', (connection) => {
      core.replicate(connection)
      resolve()
    })
  })
  swarm.join(core.discoveryKey)
  const download = core.download({ start: 0, end: Number(blocks), linear: true })
  await connected
  const start = hrtime.bigint()
  await download.done()
  report(start)
}

function report(start: bigint): void {
  console.log(String(Number(hrtime.bigint() - start) / 1e6))
  setTimeout(() => Bare.exit(), 50)
}

// The approach of Pear's how-to on persistence, at its smallest: an append for every chunk of input,
// not waited for, and a reader that iterates a live read stream.
//
//   how-to write <folder> <bootstrap>        how-to read <folder> <bootstrap> <key>
import process from 'bare-process'
import b4a from 'b4a'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import { parseNodes } from '../../lab/network.js'

const [mode, folder, bootstrap, key] = Bare.argv.slice(2) as [string, string, string, string?]

const core = new Hypercore(folder, key ? b4a.from(key, 'hex') : null)
await core.ready()
const swarm = new Hyperswarm({ bootstrap: parseNodes(bootstrap) })
swarm.on('connection', (connection) => {
  console.error('peer connected')
  core.replicate(connection)
})
swarm.join(core.discoveryKey)

if (mode === 'write') {
  console.log(`hypercore key: ${b4a.toString(core.key, 'hex')}`)
  let last: Promise<unknown> = Promise.resolve()
  process.stdin.on('data', (chunk) => {
    last = core.append(chunk as Uint8Array)
  })
  process.stdin.on('end', () => {
    void last.then(() => console.error('all committed'))
  })
} else {
  let position = 0
  for await (const block of core.createReadStream({ start: 0, live: true })) {
    console.log(`Block ${position++}: ${b4a.toString(block as Uint8Array)}`)
  }
}

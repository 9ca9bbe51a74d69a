// <folder> <nodes> <count>: so many logs, each with a swarm of its own, as on so many machines; prints a line
// `name key` for each, then has a line appended to each every second. A line begins with the time it was
// appended at.
import b4a from 'b4a'
import DHT from 'hyperdht'
import Hypercore from 'hypercore'
import Hyperswarm from 'hyperswarm'
import { parseNodes } from '../lab/network.js'
import { BlockWriter } from '../shared/log/block-writer.js'
import { formatKey } from '../shared/log/key.js'

const EVERY = 1000 // ms
const LINE = 100 // bytes, with its newline

const [folder, nodes, count] = Bare.argv.slice(2) as [string, string, string]
const dht = new DHT({ bootstrap: parseNodes(nodes) })
const writers: BlockWriter[] = []
for (let i = 0; i < Number(count); i++) {
  const core = new Hypercore(`${folder}/${i}`)
  await core.ready()
  const swarm = new Hyperswarm({ dht })
  swarm.on('connection', (connection) => {
    connection.on('error', () => {})
    core.replicate(connection)
  })
  await swarm.join(core.discoveryKey).flushed()
  writers.push(new BlockWriter(core))
  console.log(`log-${i} ${formatKey(core.key)}`)
}
for (const [i, writer] of writers.entries()) {
  setTimeout(
    () =>
      setInterval(
        () => writer.write(b4a.from(`${`${Date.now()} `.padEnd(LINE - 1, 'x')}\n`)),
        EVERY
      ),
    (i * EVERY) / writers.length
  )
}

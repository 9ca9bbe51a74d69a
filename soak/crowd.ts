// <key> <folder> <nodes> <number>: that many readers in one process; prints `reader line` for each line.
import path from 'bare-path'
import b4a from 'b4a'
import { Lines } from '../lab/lines.js'
import { parseNodes } from '../lab/network.js'
import { BlockReader } from '../shared/log/block-reader.js'
import { ReplicatedCore } from '../shared/peers/replicated-core.js'

const [key, folder, nodes, number] = Bare.argv.slice(2) as [string, string, string, string]
const network = { bootstrap: parseNodes(nodes) }

for (let i = 0; i < Number(number); i++) {
  const log = new ReplicatedCore(path.join(folder, String(i)), b4a.from(key, 'hex'), network)
  await log.ready()
  log.join()
  const lines = new Lines((line) => console.log(`${i} ${line}`))
  new BlockReader(log.core, { start: 0 }).on('data', (block) => lines.ondata(block as Uint8Array))
}

// The real blind peer: keeps what it is asked to. Standard input: the keys of peers that it is to trust, a
// line each. Prints its own key, in z-base-32, and then what it does, a line each.
//
//   blind-peer FOLDER NODES [MOST_BYTES]
import process from 'bare-process'
import BlindPeer from 'blind-peer'
import { encode } from 'hypercore-id-encoding'
import { Lines } from './lines.js'
import { parseNodes } from './network.js'

const [folder, nodes, most] = Bare.argv.slice(2) as [string, string, string?]
const server = new BlindPeer(folder, {
  bootstrap: parseNodes(nodes),
  maxBytes: most ? Number(most) : undefined
})
await server.listen()
console.log(encode(server.publicKey))
server.on('add-core', ({ announce }) => console.log(announce ? 'announces' : 'keeps'))
server.on('gc-done', () => console.log('cleared'))
const trust = new Lines((key) => {
  server.addTrustedPubKey(key)
  console.log('trusts')
})
process.stdin.on('data', (data) => trust.ondata(data as Uint8Array))
process.on('SIGTERM', () => {
  void server.close().then(() => Bare.exit())
})

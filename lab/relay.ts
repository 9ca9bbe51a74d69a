// A relay, on the host of the DHT: passes on what it cannot read. Prints its key, in z-base-32, and then a
// line for each pair of peers that it brings together.
//
//   relay HOST NODES
import { Server } from 'blind-relay'
import DHT from 'hyperdht'
import { encode } from 'hypercore-id-encoding'
import { parseNodes } from './network.js'

const [host, nodes] = Bare.argv.slice(2) as [string, string]
const dht = new DHT({ host, bootstrap: parseNodes(nodes) })
const relay = new Server({
  createStream: (options) => dht.createRawStream({ ...options, framed: true })
})
const server = dht.createServer({ shareLocalAddress: false }, (connection) => {
  connection.on('error', () => {})
  const session = relay.accept(connection, { id: connection.remotePublicKey })
  session.on('error', () => {})
  session.on('pair', (isInitiator) => {
    if (isInitiator) console.log('paired')
  })
})
const keyPair = DHT.keyPair()
await server.listen(keyPair)
console.log(encode(keyPair.publicKey))

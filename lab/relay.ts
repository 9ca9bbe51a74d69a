// A relay, on the host of the DHT: passes on what it cannot read. Prints its key, in z-base-32, and then a
// line for each pair of peers that it brings together. With FILE, it writes there all that it passes on.
//
//   relay HOST NODES [FILE]
import fs from 'bare-fs'
import { Server } from 'blind-relay'
import DHT from 'hyperdht'
import { encode } from 'hypercore-id-encoding'
import { parseNodes } from './network.js'

const [host, nodes, file] = Bare.argv.slice(2) as [string, string, string?]
const dht = new DHT({ host, bootstrap: parseNodes(nodes) })
const relay = new Server({
  createStream: (options) => {
    if (file) return overhear(dht.createRawStream(options), file)
    return dht.createRawStream({ ...options, framed: true })
  }
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

// UDX itself passes on packets without telling anybody.
function overhear(stream: DHT.RawStream, to: string): DHT.RawStream {
  stream.relayTo = (other) => {
    stream.on('data', (data) => {
      fs.appendFileSync(to, data as Uint8Array)
      if (other.connected) other.write(data)
      else other.once('connect', () => other.write(data))
    })
  }
  return stream
}

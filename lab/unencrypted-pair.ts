// Two peers on one host that send a text over a relay as it is. Prints what comes.
//
//   unencrypted-pair HOST NODES RELAY TEXT
import b4a from 'b4a'
import { Client, token as newToken } from 'blind-relay'
import DHT from 'hyperdht'
import { decode } from 'hypercore-id-encoding'
import { parseNodes } from './network.js'

const [host, nodes, relay, text] = Bare.argv.slice(2) as [string, string, string, string]
const dht = new DHT({ host, bootstrap: parseNodes(nodes) })
const token = newToken()
for (const isInitiator of [true, false]) {
  const connection = dht.connect(decode(relay), { keyPair: DHT.keyPair() })
  const stream = dht.createRawStream()
  const client = Client.from(connection, { id: connection.publicKey })
  client.pair(isInitiator, token, stream).on('data', (id) => {
    const { socket, remotePort, remoteHost } = connection.rawStream
    stream.connect(socket, id, remotePort, remoteHost)
    stream.write(b4a.from(text))
  })
  stream.on('data', (data) => console.log(b4a.toString(data as Uint8Array)))
}

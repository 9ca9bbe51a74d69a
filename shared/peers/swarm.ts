import Hyperswarm from 'hyperswarm'
import safetyCatch from 'safety-catch'

// How often a DHT node is asked again that does not answer within a second. HyperDHT 6.34.0 does it five
// times, and a small DHT waits for each node that is gone: two that start at once met after 12 to 17 s,
// and now after 5 s.
const RETRIES = 1

// Bytes that may wait in a socket until we read them. UDX 1.21.3 asks for 1 MiB, which a peer that is near fills while
// we verify a block: what comes then is lost, and now and then nothing came for a second (bench/RESULTS.md).
const WAITING = 4 * 1024 * 1024

/**
 * A swarm that tells more: `try`, with the connection and whose it is, when somebody is tried, and
 * `network-update` of its DHT. The connection tells `nats`: what HyperDHT takes the NATs of both sides for,
 * as numbers, before it punches holes.
 */
export function makeSwarm(options: Hyperswarm.Options): Hyperswarm {
  const swarm = new Hyperswarm(options)
  const { dht } = swarm
  const query = dht.query.bind(dht)
  dht.query = (what, more) => query(what, { retries: RETRIES, ...more })
  const connect = dht.connect.bind(dht)
  dht.connect = (publicKey, more) => {
    const holepunch = (there: number, here: number): boolean => {
      connection.emit('nats', here, there)
      return true
    }
    const connection: Hyperswarm.Connection = connect(publicKey, { ...more, holepunch })
    swarm.emit('try', connection, publicKey)
    return connection
  }
  dht.on('network-update', () => void swarm.emit('network-update'))
  swarm.on('connection', makeRoom)
  return swarm
}

// A relayed connection may go on directly, through another socket.
function makeRoom({ rawStream }: Hyperswarm.Connection): void {
  const ask = (): void => {
    try {
      rawStream.socket?.setRecvBufferSize(WAITING) // Linux gives as much of it as it may
    } catch (err) {
      safetyCatch(err) // others refuse what is too much: it stays as it was
    }
  }
  ask()
  rawStream.on('remote-changed', ask)
}

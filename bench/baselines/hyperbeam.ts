// hyperbeam as its own command line runs it, on the benchmark's DHT.
//
//   hyperbeam listen <bootstrap>            hyperbeam connect <bootstrap> <key>
import process from 'bare-process'
import Hyperbeam from 'hyperbeam'
import DHT from 'hyperdht'
import { parseNodes } from '../../lab/network.js'

const [mode, bootstrap, key] = Bare.argv.slice(2) as [string, string, string?]

const dht = new DHT({ ephemeral: true, bootstrap: parseNodes(bootstrap) })
const beam =
  mode === 'listen' ? new Hyperbeam({ announce: true, dht }) : new Hyperbeam(key!, { dht })
if (mode === 'listen') {
  beam.on('remote-address', () => console.error(`hyperbeam key: ${beam.key}`))
}
beam.on('error', () => Bare.exit(1))
beam.on('end', () => beam.end(null))
process.stdin.pipe(beam as never)
beam.pipe(process.stdout)

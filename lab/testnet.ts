// Ten DHT nodes on the host named on the command line; prints where to enter.
import createTestnet from '@hyperswarm/testnet'
import { formatNodes } from './network.js'

const { bootstrap } = await createTestnet(10, { host: Bare.argv[2] })
console.log(formatNodes(bootstrap))

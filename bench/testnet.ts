// Ten DHT nodes on the host named on the command line; prints where to enter.
import createTestnet from '@hyperswarm/testnet'

const { bootstrap } = await createTestnet(10, { host: Bare.argv[2] })
console.log(bootstrap.map(({ host, port }) => `${host}:${port}`).join())

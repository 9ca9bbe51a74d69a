import { formatZ32 } from '../log/key.js'
import type { Network } from '../peers/replicated-core.js'
import type { common } from './definitions.js'
import type { Values } from './flags.js'

type Flags = Partial<Pick<Values<typeof common>, 'dhtBootstrap' | 'blindPeer' | 'relay'>>

/** How to reach peers: as the flags say, and otherwise as `host` does. */
export function networkOf({ dhtBootstrap, blindPeer, relay }: Flags, host: Network): Network {
  return {
    ...(dhtBootstrap ? { bootstrap: dhtBootstrap } : host),
    blindPeer: blindPeer ?? undefined,
    relayThrough: relay ?? undefined
  }
}

/** The flags that have another app reach the same peers. */
export function sameWays({ dhtBootstrap, blindPeer, relay }: Flags): string[] {
  const nodes = dhtBootstrap?.map(({ host, port }) => `${host}:${port}`).join()
  return [
    ...(blindPeer ? ['--blind-peer', formatZ32(blindPeer)] : []),
    ...(relay ? ['--relay', formatZ32(relay)] : []),
    ...(nodes ? ['--dht-bootstrap', nodes] : [])
  ]
}

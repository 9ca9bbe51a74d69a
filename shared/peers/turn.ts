import b4a from 'b4a'
import type Hypercore from 'hypercore'

/**
 * Whether it is our turn to fetch a block first: `own` is our key, and `others` are those that lack it, too. All know
 * whose turn it is, without a word.
 */
export function turnOf(own: Uint8Array, others: Hypercore.Peer[]): (index: number) => boolean {
  const place = others.filter(({ remotePublicKey }) => b4a.compare(remotePublicKey, own) < 0).length
  return (index) => index % (others.length + 1) === place
}

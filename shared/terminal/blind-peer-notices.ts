import { formatZ32 } from '../log/key.js'
import type { BlindPeerNews } from '../peers/blind-peer.js'

/** Says what comes of asking a blind peer to keep the log. */
export function tellOfBlindPeer(
  log: { on: (event: 'blind-peer', fn: (news: BlindPeerNews) => void) => unknown },
  say: (text: string) => void
): void {
  log.on('blind-peer', (news) => {
    const { what } = news
    if (what === 'asked') {
      const trust = `--trusted-peer ${formatZ32(news.peerKey)}`
      say(
        `asking the blind peer to keep this log; so that it announces the log, too, its operator trusts this peer: ${trust}`
      )
    } else if (what === 'kept') {
      say(`the blind peer keeps this log: it has ${news.held} of ${news.length} blocks`)
    } else if (what === 'lacks') {
      say(
        'the blind peer does not have all of this log, and asks for no more of it: it was full, perhaps, and has cleared it; have a reader or a mirror keep the log, too'
      )
    } else if (what === 'silent') {
      say(
        'the blind peer does not answer, and is asked again every minute: is it up, and is its key right?'
      )
    } else {
      say(
        'the peer with the key of --blind-peer is no blind peer: give the key that a blind peer prints'
      )
    }
  })
}

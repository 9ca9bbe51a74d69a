import type Hypercore from 'hypercore'

// Hypercore's handlers of what arrives from a peer, and of its readiness to take more.
const HANDLERS = [
  'onsync',
  'onrequest',
  'oncancel',
  'ondata',
  'onnodata',
  'onwant',
  'onunwant',
  'onbitfield',
  'onrange',
  'onextension',
  'ondrain'
] as const
// Hypercore keeps what a peer claims to have in pages of that many blocks, of 8 kB in all.
const PAGE = 32768
// How many pages a peer may claim beyond those of the log as we know it, and how far beyond its end.
const PAGES = 128
const AHEAD = 2 ** 28
// Hypercore remembers each fork that a peer has claimed.
const FORKS = 1000

/**
 * What a peer sends ends its connection when it is wrong, and never the process. Hypercore 11.37.1 takes
 * all the memory there is for `{ drop: false, start: 1, length: 2 ** 52 }` in `onrange`, and throws a
 * TypeError for more than one message that is well-formed, a request for what is not there by a peer that
 * is paused, say. Protomux and Hypercore throw those again (safety-catch), as uncaught exceptions.
 */
export function guard(core: Hypercore, peer: Hypercore.Peer): void {
  const pages = new Set<number>()
  for (const name of HANDLERS) {
    const handle = peer[name].bind(peer)
    peer[name] = async function handledForPeer(message = {}) {
      try {
        if ((message.fork ?? 0) > FORKS) throw new Error('too many forks')
        if (name === 'onrange' || name === 'onbitfield') claim(pages, message, core.length)
        await handle(message)
      } catch {
        peer.stream.destroy()
      }
    }
  }
}

/** Whether an uncaught exception is a peer's doing, whose connection has ended. */
export function isOfPeer(err: unknown): boolean {
  return err instanceof Error && err.stack!.includes('handledForPeer')
}

// Counts the pages that a claim takes, and throws when they are too many for a log of this length.
function claim(
  pages: Set<number>,
  { start = 0, length = 0, bitfield }: Hypercore.Message,
  known: number
): void {
  if (start === 0 && !bitfield) return // from the first block on: takes none
  const end = start + (bitfield ? bitfield.length * 32 : length)
  if (end > known + AHEAD) throw new Error('too far ahead')
  for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) {
    if (pages.add(page).size > PAGES + known / PAGE) throw new Error('too many blocks')
  }
}

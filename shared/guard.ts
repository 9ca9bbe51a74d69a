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
// How far beyond the blocks that we know of a peer may claim some: 1 MB of Hypercore's memory a peer.
const AHEAD = 2 ** 22
// Hypercore remembers each fork that a peer has claimed.
const FORKS = 1000

/**
 * What a peer sends ends its connection when it is wrong, and never the process. Hypercore 11.37.1 takes
 * all the memory there is for `{ drop: false, start: 1, length: 2 ** 52 }` in `onrange`, and throws a
 * TypeError for more than one message that is well-formed, a request for what is not there by a peer that
 * is paused, say. Protomux and Hypercore throw those again (safety-catch), as uncaught exceptions.
 */
export function guard(core: Hypercore, peer: Hypercore.Peer): void {
  for (const name of HANDLERS) {
    const handle = peer[name].bind(peer)
    peer[name] = async function handledForPeer(message = {}) {
      try {
        if (!isPlausible(message, core.length)) throw new Error('not a part of this log')
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

function isPlausible(message: Hypercore.Message, known: number): boolean {
  const { start = 0, length = 0, bitfield, fork = 0 } = message
  const end = start + (bitfield ? bitfield.length * 32 : length)
  return fork <= FORKS && (start === 0 || end <= known + AHEAD)
}

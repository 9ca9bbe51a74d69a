import type Hypercore from 'hypercore'
import type { Duplex } from 'streamx'
import { now } from '../log/clock.js'
import { disconnectUnresponsive } from './unresponsive.js'

// What a peer may do. One that does more is disconnected; the process and its other peers go on.

// It proves within this time that it has the log's key. The discovery key is enough to connect.
const PROOF_TIMEOUT = 10_000 // ms
// It claims no log longer than any log is.
const LONGEST_LOG = 2 ** 40 // blocks
// It claims no blocks far beyond those we know of. Hypercore keeps the claims in pages of 8 kB each, for
// 32,768 blocks; a claim that starts at block 0 takes none.
const PAGE = 32768
const EXTRA_PAGES = 128
const BLOCKS_AHEAD = 2 ** 28
// It sends a bitfield now and then: each one has an index built again, in 0.2 ms.
const BITFIELDS = 512
const BITFIELD_TIME = 5000 // ms
// It claims few forks: Hypercore remembers each.
const FORKS = 1000
// It waits for answers. A peer of ours has 1,024 requests in flight at most, and may have cancelled some.
// It asks for an upgrade one at a time; a wrong one holds up all others (`_txLock`).
const REQUESTS = 4096
const UPGRADES = 8

// Of Hyperswarm or HyperDHT.
type Connection = Duplex & { userData: { destroy(): void } }

// Those whose other side has proved that it has the key of a log that is here.
const proven = new WeakSet<Duplex>()

/** Replicates `core` over `connection`, and ends that when the peer breaks a rule. */
export function replicate(core: Hypercore, connection: Connection): void {
  core.replicate(connection)
  guard(connection)
}

/** Ends a connection over which something can be replicated when nothing comes of it, or rubbish. */
export function guard(connection: Connection): void {
  const mux = connection.userData
  // Protomux 3.12.1 throws a TypeError or a RangeError again, as an uncaught exception (safety-catch):
  // for a handler of Hypercore's, and for batches in batches from anybody.
  const end = (): void => mux.destroy()
  Object.assign(mux, { _safeDestroy: end, _safeDestroyBound: end, _warn: end })

  const timer = setTimeout(() => {
    if (!proven.has(connection)) connection.destroy()
  }, PROOF_TIMEOUT)
  connection.on('close', () => clearTimeout(timer))
}

/** Holds the peers of `core` to the rules from now on. */
export function enforceRules(core: Hypercore): void {
  const { core: state, replicator } = core
  contain(state, 'verify', (_, peer) => peer)
  contain(replicator, '_onreorgdata', (peer) => peer)
  core.on('peer-add', (peer) => {
    proven.add(peer.stream)
    limit(core, peer)
  })
  disconnectUnresponsive(core)
}

// Hypercore 11.39.5 throws a TypeError of these again, as Protomux does.
function contain<Name extends string, Args extends unknown[]>(
  object: Record<Name, (...args: Args) => Promise<unknown>>,
  name: Name,
  peerOf: (...args: Args) => Hypercore.Peer
): void {
  const method = object[name]
  object[name] = async (...args: Args) => {
    try {
      return await method.apply(object, args)
    } catch (err) {
      if (!(err instanceof TypeError || err instanceof RangeError)) throw err
      peerOf(...args).stream.destroy()
      throw new Error(err.message, { cause: err })
    }
  }
}

function limit(core: Hypercore, peer: Hypercore.Peer): void {
  const pages = new Set<number>()
  let bitfields = 0
  let bitfieldsSince = -Infinity
  let upgrades = 0

  check('onsync', ({ fork, length }) => {
    if (fork > FORKS) throw new Error('too many forks')
    if (length > LONGEST_LOG) throw new Error('too long')
  })
  check('ondata', ({ fork }) => {
    if (fork > FORKS) throw new Error('too many forks')
  })
  check('onrange', ({ start, length }) => {
    if (start > 0) claim(start, length)
    else if (length > LONGEST_LOG) throw new Error('too long')
  })
  check('onbitfield', ({ start, bitfield }) => {
    if (now() - bitfieldsSince > BITFIELD_TIME) [bitfields, bitfieldsSince] = [0, now()]
    if (++bitfields > BITFIELDS) throw new Error('too many bitfields')
    claim(start, bitfield.length * 32)
  })
  check('onrequest', ({ upgrade, fork }) => {
    if (peer.remoteRequests.size >= REQUESTS) throw new Error('too many requests')
    if (!upgrade) return undefined
    const isBeyond = upgrade.start + upgrade.length > core.length
    if (isBeyond && fork === core.fork) throw new Error('a request for what is not there')
    if (++upgrades > UPGRADES) throw new Error('too many requests for an upgrade')
    return () => upgrades--
  })

  function claim(start: number, length: number): void {
    const end = start + length
    if (end > core.length + BLOCKS_AHEAD) throw new Error('too far ahead')
    for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) {
      if (pages.add(page).size > EXTRA_PAGES + core.length / PAGE)
        throw new Error('too many blocks')
    }
  }

  // What `rule` throws ends the connection; what it returns runs when the message is handled.
  function check<Name extends keyof Hypercore.Messages>(
    name: Name,
    rule: (message: Hypercore.Messages[Name]) => (() => void) | void
  ): void {
    const handlers = peer as Record<Name, (message: Hypercore.Messages[Name]) => unknown>
    const handle = handlers[name].bind(peer)
    handlers[name] = async (message) => {
      const handled = rule(message)
      await handle(message)
      handled?.()
    }
  }
}

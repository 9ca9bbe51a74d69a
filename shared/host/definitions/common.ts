import { nodes, peerKey, text, toggle } from '../flags.js'
import { size } from '../size-flag.js'

/** The flags that both apps have. */
export const common = {
  list: toggle(
    '--list',
    'Where things are',
    'list the logs in this folder (with --json: as objects), and end'
  ),
  keep: size(
    '--keep <size>',
    'Where things are',
    'keep the newest blocks of so many bytes (500MB, 2GB; all: everything)'
  ),
  storage: text('--storage <dir>', 'Where things are', 'keep the logs in this folder'),
  dhtBootstrap: nodes(
    '--dht-bootstrap <nodes>',
    'Network',
    'enter the DHT at these nodes, as host:port,host:port'
  ),
  blindPeer: peerKey(
    '--blind-peer <key>',
    'Network',
    'have this blind peer keep the log, and get it there'
  ),
  relay: peerKey(
    '--relay <key>',
    'Network',
    'go through this relay to peers that cannot be reached directly'
  ),
  quiet: toggle('--quiet', 'Other', 'print nothing but errors on standard error'),
  help: toggle('--help|-h', 'Other', 'print this help'),
  version: toggle('--version', 'Other', 'print the version')
}

/** Pairs of `--list` and flags that do not go with it. */
export function alone<F extends string>(...others: F[]): (readonly ['list', F])[] {
  return others.map((other) => ['list', other])
}

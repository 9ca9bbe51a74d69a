import { run } from './apps.js'
import { compiled } from './commands.js'
import { formatNodes, type Node } from './network.js'
import type { Program } from './program.js'
import type { Scope } from './scope.js'

/** A real blind peer that keeps its logs, and its key, in `folder`. */
export async function blindPeer(
  scope: Scope,
  bootstrap: Node[],
  folder: string
): Promise<{ key: string; server: Program }> {
  const server = run(scope, [...compiled('lab/blind-peer'), folder, formatNodes(bootstrap)])
  await server.prints('\n')
  return { key: server.stdout.trim(), server }
}

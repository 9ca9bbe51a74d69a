import { run } from './apps.js'
import { compiled } from './commands.js'
import { formatNodes, type Node } from './network.js'
import type { Program } from './program.js'
import type { Scope } from './scope.js'

/** A real blind peer that keeps its logs, `most` bytes of them, and its key, in `folder`. */
export async function blindPeer(
  scope: Scope,
  bootstrap: Node[],
  folder: string,
  most?: number
): Promise<{ key: string; server: Program }> {
  const server = run(scope, [
    ...compiled('lab/blind-peer'),
    folder,
    formatNodes(bootstrap),
    ...(most ? [String(most)] : [])
  ])
  await server.prints('\n')
  return { key: server.stdout.trim(), server }
}

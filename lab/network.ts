export interface Node {
  host: string
  port: number
}

/** Nodes as `--dht-bootstrap` takes them. */
export function formatNodes(nodes: Node[]): string {
  return nodes.map(({ host, port }) => `${host}:${port}`).join()
}

export interface Node {
  host: string
  port: number
}

/** Where nobody answers, for those that are to find no network. */
export const NOWHERE: Node[] = [{ host: '127.0.0.1', port: 9 }]

/** Nodes as `--dht-bootstrap` takes them. */
export function formatNodes(nodes: Node[]): string {
  return nodes.map(({ host, port }) => `${host}:${port}`).join()
}

/** The reverse of `formatNodes`. */
export function parseNodes(text: string): Node[] {
  return text.split(',').map((node) => {
    const [host, port] = node.split(':') as [string, string]
    return { host, port: Number(port) }
  })
}

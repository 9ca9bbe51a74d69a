import fs from 'bare-fs'
import os from 'bare-os'
import path from 'bare-path'
import { spawnSync } from 'bare-subprocess'
import { createServer } from 'bare-tcp'
import { run } from './apps.js'
import type { Scope } from './scope.js'

const LOCALHOST = '127.0.0.1'

/** Whether this machine has these commands; servers are often outside of the PATH. */
export function isInstalled(...commands: string[]): boolean {
  return commands.every((command) => whereIs(command) !== null)
}

/** Starts a NATS server that keeps its streams in files; resolves to its port. */
export async function startNats(scope: Scope): Promise<number> {
  const folder = await scope.tmp()
  const args = ['--jetstream', '--store_dir', folder, '--addr', LOCALHOST, '--port', '-1']
  const server = run(scope, [whereIs('nats-server')!, ...args])
  await server.says('Server is ready')
  return Number(/client connections on [\d.]+:(\d+)/.exec(server.stderr)![1])
}

/**
 * Starts an SSH server with a configuration, a port and keys of its own; resolves to the command that runs
 * another one by it.
 */
export async function startSsh(scope: Scope): Promise<string[]> {
  const folder = await scope.tmp()
  const file = (name: string): string => path.join(folder, name)
  for (const name of ['host', 'user']) {
    const args = ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]
    if (spawnSync('ssh-keygen', args).status !== 0) throw new Error('ssh-keygen failed')
  }
  fs.writeFileSync(file('config'), serverConfig(file))
  const port = await freePort()
  const server = run(scope, [
    ...ownRun(),
    whereIs('sshd')!,
    '-De',
    '-f',
    file('config'),
    '-p',
    port
  ])
  await server.says('Server listening')

  const known = fs.readFileSync(file('host.pub'), 'utf8')
  fs.writeFileSync(file('known_hosts'), `[${LOCALHOST}]:${port} ${known}`)
  const known_hosts = ['-o', `UserKnownHostsFile=${file('known_hosts')}`]
  return ['ssh', '-F', 'none', '-i', file('user'), ...known_hosts, '-p', port, LOCALHOST]
}

function serverConfig(file: (name: string) => string): string {
  return [
    `ListenAddress ${LOCALHOST}`,
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('user.pub')}`,
    'PidFile none',
    'StrictModes no', // the folder is in one that everybody may write to
    'UsePAM no'
  ].join('\n')
}

// Root's sshd wants a folder in /run, which a machine without that service lacks: it gets a /run of its own.
function ownRun(): string[] {
  if (os.userInfo().uid !== 0) return []
  const script = 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"'
  return ['unshare', '--mount', 'sh', '-c', script, 'sh']
}

function whereIs(command: string): string | null {
  const folders = [...(os.getEnv('PATH') ?? '').split(':'), '/usr/sbin']
  const files = folders.map((folder) => path.join(folder, command))
  return files.find((file) => fs.existsSync(file)) ?? null
}

// Which sshd does not choose by itself.
function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, LOCALHOST, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(String(port)))
    })
  })
}

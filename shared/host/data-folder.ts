import os from 'bare-os'
import path from 'bare-path'
import process from 'bare-process'
import { Failure } from '../log/errors.js'

/**
 * Where the platform keeps an application's data: on Linux as the XDG Base Directory Specification 0.8 says,
 * and for a service without a home of its own in the folder that systemd made for it. Throws a Failure when
 * there is no such place.
 */
export function dataFolder(): string {
  const { env, platform } = process
  if (platform === 'win32') {
    const parent = absolute(env.LOCALAPPDATA) ?? path.join(home(), 'AppData', 'Local')
    return path.join(parent, 'pearlog')
  }
  if (platform === 'darwin') return path.join(home(), 'Library', 'Application Support', 'pearlog')

  const data = absolute(env.XDG_DATA_HOME)
  if (data) return path.join(data, 'pearlog')
  // A user without a home has `/` for one.
  const [state] = (env.STATE_DIRECTORY ?? '').split(':')
  if (absolute(state) && (absolute(env.HOME) ?? '/') === '/') return state!
  return path.join(home(), '.local', 'share', 'pearlog')
}

function home(): string {
  let folder = process.platform === 'win32' ? undefined : absolute(process.env.HOME)
  try {
    folder ??= absolute(process.platform === 'win32' ? os.homedir() : os.userInfo().homedir)
  } catch {
    // The user's id has no record.
  }
  if (folder) return folder
  throw new Failure('no home is known to keep the logs in: name a folder with --storage')
}

// What is empty or relative is ignored: a log, with its secret key, would go below whatever folder this was
// started in.
function absolute(folder: string | undefined): string | undefined {
  return folder && path.isAbsolute(folder) ? folder : undefined
}

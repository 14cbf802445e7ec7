import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { RemoteError } from '../connection'

/**
 * A path as the value of one of ssh's options: in quotes for its spaces, without tokens and variables (ssh_config(5), TOKENS). On Windows
 * with slashes: what stands behind a backslash may mean something. Throws RemoteError for a path that no option can carry.
 */
export function quotedPath(machine: Machine, path: string, platform: NodeJS.Platform = process.platform): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/^-|["\u0000-\u001f\u007f]|\$\{/.test(path))
    throw new RemoteError(machine.name, 'resolve', t('The path {0} cannot be given to ssh.', JSON.stringify(path)), {
      remedy: t('Give the file a name without quotes, control characters and ${, which does not begin with a dash.'),
    })
  return `"${(platform === 'win32' ? path.replaceAll('\\', '/') : path).replaceAll('%', '%%')}"`
}

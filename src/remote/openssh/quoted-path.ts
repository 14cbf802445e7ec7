import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { RemoteError } from '../connection'

/**
 * A path as the value of an ssh option: quoted because of spaces, with tokens and variables escaped (ssh_config(5), TOKENS). On Windows
 * with forward slashes: backslashes may act as escapes. Throws RemoteError for a path that no option can hold.
 */
export function quotedPath(machine: Machine, path: string, platform: NodeJS.Platform = process.platform): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
  if (/^-|["\u0000-\u001f\u007f]|\$\{/.test(path))
    throw new RemoteError(machine.name, 'resolve', t('The path {0} cannot be passed to ssh.', JSON.stringify(path)), {
      remedy: t('Use a path without quotes, control characters and ${ that does not begin with a dash.'),
    })
  return `"${(platform === 'win32' ? path.replaceAll('\\', '/') : path).replaceAll('%', '%%')}"`
}

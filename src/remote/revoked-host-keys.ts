import { readFile } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import { RemoteError } from './connection'

/** The first bytes of a binary list (OpenSSH, PROTOCOL.krl), which only OpenSSH reads. */
const binaryList = 'SSHKRL\n\0'

/**
 * Throws RemoteError if a host key is in the file named by `RevokedHostKeys`, which has one public key per line (ssh_config(5)), and,
 * as ssh does, for every key if that file cannot be read. `name` is the host's name in known_hosts.
 */
export async function refuseIfRevoked(machine: string, name: string, key: Buffer, file: string): Promise<void> {
  const refused = (message: string, remedy: string, cause?: unknown) =>
    new RemoteError(machine, 'host-key', message, { remedy, cause })
  const text = await readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    throw refused(
      t(
        '{0}, which RevokedHostKeys names, cannot be read ({1}), so no host key can be trusted.',
        file,
        String(error.code),
      ),
      t('Fix its owner or permissions: ls -l {0}', file),
      error,
    )
  })
  if (text.startsWith(binaryList))
    throw refused(
      t(
        '{0}, which RevokedHostKeys names, is a binary list (KRL), which ssh2 cannot read, so no host key can be trusted.',
        file,
      ),
      t(
        'List the revoked keys as text, one public key per line, or set "RevokedHostKeys none" for these hosts in ~/.ssh/config.',
      ),
    )
  const line = text.split('\n').findIndex(each => each.trim().split(/\s+/).includes(key.toString('base64')))
  if (line >= 0)
    throw refused(
      t('{0} presented a revoked host key: line {1} of {2}.', name, line + 1, file),
      t('Do not connect. Find out who revoked the key, and why.'),
    )
}

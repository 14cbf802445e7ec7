import { t } from '@vscode/l10n'
import type { Destination } from './link'

/**
 * Why a channel was not opened, as part of a sentence. `words` are those of sshd or ssh, and may be empty (RFC 4254, 5.1; OpenSSH,
 * channels.c, reason2txt).
 */
export function forwardFailure(destination: Destination, words: string): string {
  const where = nameOf(destination)
  if (/prohibited/i.test(words))
    return t(
      'sshd refused to forward to {0}: its AllowTcpForwarding, AllowStreamLocalForwarding or PermitOpen forbids it',
      where,
    )
  // For a socket, sshd says only that the connection failed.
  if (/refused|open failed|connect failed$/i.test(words)) return t('nothing listens on {0}', where)
  return t(
    '{0} could not be reached: {1}',
    where,
    words.replace(/^connect failed: /i, '') || t('sshd does not say why'),
  )
}

function nameOf(destination: Destination): string {
  if (destination.kind === 'socket') return destination.path
  if (destination.kind === 'host') return t('that port')
  const { host, port } = destination
  return host ? t('port {0} of {1}', port, host) : t('port {0}', port)
}

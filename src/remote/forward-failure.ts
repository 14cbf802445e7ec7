import type { Destination } from './link'

/**
 * Why a channel was not opened, as a sentence's middle. `words` are those of sshd or ssh, and may be none (RFC 4254, 5.1; OpenSSH,
 * channels.c, reason2txt).
 */
export function forwardFailure(destination: Destination, words: string): string {
  const where = nameOf(destination)
  if (/prohibited/i.test(words))
    return `sshd does not lead on to ${where}: its AllowTcpForwarding, AllowStreamLocalForwarding or PermitOpen forbids it`
  // sshd does not tell more of a socket than that it failed.
  if (/refused|open failed|connect failed$/i.test(words)) return `nothing listens on ${where}`
  return `${where} could not be reached: ${words.replace(/^connect failed: /i, '') || 'sshd does not say why'}`
}

function nameOf(destination: Destination): string {
  if (destination.kind === 'socket') return destination.path
  if (destination.kind === 'host') return 'that port'
  return `port ${destination.port}${destination.host ? ` of ${destination.host}` : ''}`
}

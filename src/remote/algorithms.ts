import type { Algorithms } from 'ssh2'

/**
 * What is offered to a server, the most wanted first: all that ssh2 has without SHA-1, CBC, DSA and Diffie-Hellman groups under
 * 2048 bits. Every OpenSSH since 6.5 takes some of each.
 */
const offered = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  // GCM first: it is done by the processor, and ssh2's chacha20-poly1305 in part by WebAssembly.
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  compress: ['none'],
} as const

/** Asks for the host keys that are known first, or a host with several would look changed (`known` by ssh2's names). */
export function algorithmsFor(known: readonly string[]): Algorithms {
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length)
  const serverHostKey = [...offered.serverHostKey].sort((one, other) => rank(one) - rank(other))
  // ssh2's types miss chacha20-poly1305 and the AES-GCM names.
  return { ...offered, serverHostKey } as unknown as Algorithms
}

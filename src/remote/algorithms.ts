import type { Algorithms } from 'ssh2'

/**
 * The algorithms offered to a server, in order of preference: all that ssh2 supports except SHA-1, CBC, DSA and Diffie-Hellman groups
 * under 2048 bits. Every OpenSSH since 6.5 accepts some of each.
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
  // GCM first: processors accelerate it, while ssh2 runs part of chacha20-poly1305 in WebAssembly.
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

/** Asks for the known host keys first: a host with several keys would look changed otherwise (`known` in ssh2's names). */
export function algorithmsFor(known: readonly string[]): Algorithms {
  const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length)
  const serverHostKey = [...offered.serverHostKey].sort((one, other) => rank(one) - rank(other))
  // ssh2's types miss chacha20-poly1305 and the AES-GCM names.
  return { ...offered, serverHostKey } as unknown as Algorithms
}

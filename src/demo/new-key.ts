import ssh2, { type KeyPairReturn } from 'ssh2'

/**
 * A new ed25519 key pair, as OpenSSH writes one. ssh2 strips every leading zero byte of the public half when it writes a pair
 * (its lib/keygen.js), so that one in 256 is a byte short, and no key: such a pair is thrown away.
 */
export function newKey(comment = ''): KeyPairReturn {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

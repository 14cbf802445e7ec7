import ssh2 from 'ssh2'

/** A key pair as OpenSSH writes one: the private half as a file, the public half as a line of authorized_keys. */
export type KeyPair = ReturnType<typeof ssh2.utils.generateKeyPairSync>

/**
 * A new ed25519 key. ssh2 strips every leading zero byte of the public half when it writes a pair (its lib/keygen.js), so that
 * one in 256 is a byte short, and no key: such a pair is thrown away.
 */
export function newKey(comment = ''): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

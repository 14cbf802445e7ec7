import { randomBytes } from 'node:crypto'

const magic = 'openssh-key-v1\0'
const ed25519 = 'ssh-ed25519'

/** The public key of a private key in OpenSSH's own format; undefined for other formats. Needs no passphrase. */
export function publicHalf(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1]
  if (body === undefined) return undefined
  const data = Buffer.from(body, 'base64')
  if (data.toString('latin1', 0, magic.length) !== magic) return undefined
  let at = magic.length
  const field = () => {
    const length = data.readUInt32BE(at)
    const value = data.subarray(at + 4, at + 4 + length)
    at += 4 + length
    return value
  }
  try {
    // Cipher, key derivation and its options; then the number of keys, which is one.
    for (let skipped = 0; skipped < 3; skipped++) field()
    at += 4
    const key = field()
    return key.length > 0 ? Buffer.from(key) : undefined
  } catch {
    return undefined
  }
}

/** An ed25519 key in OpenSSH's own format, without a passphrase (OpenSSH, PROTOCOL.key). Both halves have 32 bytes. */
export function writeEd25519Key(privateHalf: Buffer, publicKey: Buffer): string {
  const shown = Buffer.concat([field(ed25519), field(publicKey)])
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, shown, field(Buffer.concat([privateHalf, publicKey])), field('')])
  const missing = (8 - (secret.length % 8)) % 8
  const padding = Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))
  const none = field('none')
  const count = Buffer.from([0, 0, 0, 1])
  const data = Buffer.concat([
    Buffer.from(magic, 'latin1'),
    ...[none, none, field(''), count],
    ...[field(shown), field(Buffer.concat([secret, padding]))],
  ])
  const lines = data.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

/** A string of RFC 4251: its length, and its bytes. */
function field(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

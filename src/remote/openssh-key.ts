import { createPrivateKey } from 'node:crypto'

const opensshMagic = 'openssh-key-v1\0'

/** The public half of a private key in OpenSSH's own format; undefined for other formats. Needs no passphrase. */
export function publicHalf(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1]
  if (body === undefined) return undefined
  const data = Buffer.from(body, 'base64')
  if (data.toString('latin1', 0, opensshMagic.length) !== opensshMagic) return undefined
  let at = opensshMagic.length
  const field = () => {
    const length = data.readUInt32BE(at)
    const value = data.subarray(at + 4, at + 4 + length)
    at += 4 + length
    return value
  }
  try {
    // Cipher, key derivation and its options; then how many keys there are, which is one.
    for (let skipped = 0; skipped < 3; skipped++) field()
    at += 4
    const key = field()
    return key.length > 0 ? Buffer.from(key) : undefined
  } catch {
    return undefined
  }
}

/**
 * ssh2 does not know PKCS8 (`BEGIN PRIVATE KEY`, `BEGIN ENCRYPTED PRIVATE KEY`), in which OpenSSL writes keys: the same key in
 * the older form of its kind, which it knows. Other texts are given back as they are.
 * Throws for a missing or wrong passphrase, and for a kind of key that has no older form.
 */
export function withoutPkcs8(text: string, passphrase?: string): string {
  if (!/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return text
  if (passphrase === undefined && text.includes('BEGIN ENCRYPTED')) throw new Error('it needs a passphrase')
  const key = createPrivateKey({ key: text, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) })
  const type = ({ rsa: 'pkcs1', ec: 'sec1' } as const)[key.asymmetricKeyType as 'rsa' | 'ec']
  if (!type) throw new Error(`a ${key.asymmetricKeyType} key in PKCS8: convert it with ssh-keygen -p -f FILE`)
  return key.export({ type, format: 'pem' }) as string
}

import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { writeEd25519Key } from './openssh-key'

const isPkcs8 = (text: string) => /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)

/**
 * Reads a private key in any format that OpenSSH and OpenSSL write: OpenSSH's own, PEM, PKCS8. With a passphrase this takes as long as
 * the key's derivation demands, up to seconds.
 * Answers an error if the text is not a private key, and for a missing or wrong passphrase ({@link needsPassphrase}).
 */
export function readPrivateKey(text: string, passphrase?: string): ParsedKey | Error {
  try {
    const known = isPkcs8(text) ? withoutPassphrase(openPkcs8(text, passphrase)) : text
    const [key] = [ssh2.utils.parseKey(known, isPkcs8(text) ? undefined : passphrase)].flat()
    if (!key) return new Error('it contains no key')
    return key instanceof Error || key.isPrivateKey() ? key : new Error('it contains a public key')
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** The same key as text that {@link readPrivateKey} reads quickly. Throws what that answers. */
export function unlockPrivateKey(text: string, passphrase: string): string {
  const key = readPrivateKey(text, passphrase)
  if (key instanceof Error) throw key
  return withoutPassphrase(createPrivateKey(key.getPrivatePEM()))
}

/** Whether an error of {@link readPrivateKey} (ssh2's or Node's) means that a passphrase is missing. */
export const needsPassphrase = (error: Error) => /passphrase|encrypted/i.test(error.message)

/**
 * Whether no passphrase can unlock the key, such as one encrypted with chacha20-poly1305 (ssh-keygen -Z). All other failures mean a
 * wrong passphrase: it decrypts the key to noise, which may look like anything.
 */
export const isBeyondUs = (error: Error) =>
  /unsupported (?!state)|unsupported:|not supported|initialization vector|malformed encrypted/i.test(error.message)

function openPkcs8(text: string, passphrase: string | undefined): KeyObject {
  if (passphrase === undefined && text.includes('BEGIN ENCRYPTED')) throw new Error('it needs a passphrase')
  return createPrivateKey({ key: text, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) })
}

/** ssh2 does not read PKCS8, the only format in which Node can export ed25519 keys. */
function withoutPassphrase(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }) as string
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }) as string
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`unsupported: a key of the kind ${key.asymmetricKeyType}`)
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  return writeEd25519Key(Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url'))
}

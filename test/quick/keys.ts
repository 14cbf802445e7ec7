import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'

export interface KeyWishes {
  readonly type?: 'ed25519' | 'rsa' | 'ecdsa'
  readonly bits?: number
  readonly passphrase?: string
  /** As `ssh-keygen -m` takes it; OpenSSH's own format unless given. */
  readonly format?: 'PEM' | 'PKCS8' | 'RFC4716'
  /** Rounds of the key derivation: 1 keeps a test fast, 16 is OpenSSH's default. */
  readonly rounds?: number
  readonly comment?: string
}

/** Makes a key pair with OpenSSH's own tool, and answers the path of its private half. */
export function makeKey(path: string, wishes: KeyWishes = {}): string {
  const { type = 'ed25519', bits, passphrase = '', format, rounds, comment = 'quick' } = wishes
  const options = [
    ...(bits === undefined ? [] : ['-b', String(bits)]),
    ...(format === undefined ? [] : ['-m', format]),
    ...(rounds === undefined ? [] : ['-a', String(rounds)]),
  ]
  execFileSync('ssh-keygen', ['-q', '-t', type, ...options, '-N', passphrase, '-C', comment, '-f', path])
  return path
}

/** Writes a key that has no passphrase anew at `path`, in another format or with a passphrase: far cheaper than another key. */
export function copyKey(from: string, path: string, { passphrase = '', format, rounds }: KeyWishes = {}): string {
  copyFileSync(from, path)
  const options = [
    ...(format === undefined ? [] : ['-m', format]),
    ...(rounds === undefined ? [] : ['-a', String(rounds)]),
  ]
  execFileSync('ssh-keygen', ['-q', '-p', ...options, '-P', '', '-N', passphrase, '-f', path])
  return path
}

/** The public half, as in `authorized_keys` and known_hosts: type and key, without the comment. */
export function publicKey(path: string): string {
  const [type, key] = readFileSync(`${path}.pub`, 'utf8').split(' ')
  return `${type} ${key?.trim()}`
}

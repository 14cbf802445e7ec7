import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeKey, publicKey } from './keys'
import { programPath } from './server-process'

/** Where SoftHSM's library is: Debian's, Fedora's, that of its own `make install`, Homebrew's. */
const provider = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
].find(existsSync)

/** Why there can be no token, or false. */
export const missingForToken: string | false =
  provider !== undefined && programPath('softhsm2-util') !== undefined
    ? false
    : 'softhsm2, which has a PKCS#11 token of software, is missing'

/** A PKCS#11 token of software (SoftHSM), with one key. */
export interface Token {
  readonly label: string
  readonly pin: string
  /** The library that ssh has to load. */
  readonly provider: string
  /** Where that finds the token, and one in which it finds none. */
  readonly environment: NodeJS.ProcessEnv
  readonly unplugged: NodeJS.ProcessEnv
  /** Type and key, as in `authorized_keys`. */
  readonly publicKey: string
}

/** Makes one in a folder. */
export function makeToken(folder: string): Token {
  const configured = (name: string): NodeJS.ProcessEnv => {
    const tokens = join(folder, name)
    mkdirSync(tokens, { recursive: true })
    writeFileSync(`${tokens}.conf`, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
    return { SOFTHSM2_CONF: `${tokens}.conf` }
  }
  const [label, pin, officer] = ['operators', '482915', '83610427']
  const environment = configured('plugged')
  const tell = (...args: readonly string[]) =>
    execFileSync('softhsm2-util', args, { env: { ...process.env, ...environment }, stdio: 'pipe' })
  tell('--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', officer)
  const key = makeKey(join(folder, 'key'), { type: 'ecdsa', format: 'PKCS8' })
  tell('--import', key, '--token', label, '--label', 'login', '--id', '01', '--pin', pin)
  return {
    label,
    pin,
    provider: provider ?? '',
    environment,
    unplugged: configured('unplugged'),
    publicKey: publicKey(key),
  }
}

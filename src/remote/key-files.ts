import { readFile } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import type { Prompts } from './connection'
import { publicHalf, withoutPkcs8 } from './openssh-key'

/** What is known of an identity file before its passphrase is asked for. */
export interface KeyFile {
  readonly path: string
  /** What can be offered to a server; undefined where only the passphrase would tell. */
  readonly publicKey: ParsedKey | undefined
}

/** A key file cannot be used. The message is a sentence's middle, such as `~/.ssh/id_rsa cannot be read (EACCES)`. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

const mostPassphrases = 3

/**
 * The private keys of a session. One that is opened stays open, so that a passphrase is asked for once and its slow
 * derivation is done once, however many servers take the key.
 */
export class KeyFiles {
  readonly #open = new Map<string, Promise<ParsedKey | undefined>>()

  /** Undefined where there is no such file. Throws KeyFileError if it cannot be read. */
  async look(path: string): Promise<KeyFile | undefined> {
    const text = await readKey(path)
    if (text === undefined) return undefined
    const half = publicHalf(text)
    const publicKey = half ? parsedPublic(half) : ((await publicFile(path)) ?? usable(tryParse(text)))
    return { path, publicKey }
  }

  /**
   * The key, ready to sign; undefined where the operator gave no passphrase. Throws KeyFileError if it is no key.
   * `machine` and `prompts` are only for asking.
   */
  open(path: string, machine: string, prompts: Pick<Prompts, 'secret'>): Promise<ParsedKey | undefined> {
    const existing = this.#open.get(path)
    if (existing) return existing
    const opening = openKey(path, machine, prompts)
    this.#open.set(path, opening)
    // What was not opened may be asked for again.
    const forget = () => this.#open.delete(path)
    opening.then(key => key ?? forget(), forget)
    return opening
  }
}

async function openKey(
  path: string,
  machine: string,
  prompts: Pick<Prompts, 'secret'>,
): Promise<ParsedKey | undefined> {
  const text = (await readKey(path)) ?? ''
  let parsed = tryParse(text)
  for (let tries = 0; parsed instanceof Error && isLocked(parsed) && tries < mostPassphrases; tries++) {
    const reason = tries === 0 ? `passphrase of ${path}` : `that was not the passphrase of ${path}; try again`
    const passphrase = await prompts.secret({ machine, reason, echo: false })
    if (passphrase === undefined) return undefined
    parsed = tryParse(text, passphrase)
  }
  if (!(parsed instanceof Error)) return parsed
  throw new KeyFileError(
    isLocked(parsed) ? `${path} was not opened by any passphrase` : `${path} cannot be used (${parsed.message})`,
  )
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new KeyFileError(`${path} cannot be read (${code})`)
  }
}

function tryParse(text: string, passphrase?: string): ParsedKey | Error {
  try {
    const parsed = ssh2.utils.parseKey(withoutPkcs8(text, passphrase), passphrase)
    const key = [parsed].flat()[0]
    if (!key) return new Error('it holds no key')
    return key instanceof Error || key.isPrivateKey() ? key : new Error('it holds a public key')
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** As ssh2 and Node say that a passphrase is missing or wrong. */
const isLocked = (error: Error) => /passphrase|encrypted|decrypt|bad auth|integrity check/i.test(error.message)

const usable = (key: ParsedKey | Error) => (key instanceof Error ? undefined : key)

/** `id_rsa.pub` beside `id_rsa`, as ssh looks there too. */
async function publicFile(path: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${path}.pub`, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parsedLine(text)
}

function parsedPublic(key: Buffer): ParsedKey | undefined {
  const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0))
  return parsedLine(`${type} ${key.toString('base64')}`)
}

function parsedLine(line: string): ParsedKey | undefined {
  const parsed = [ssh2.utils.parseKey(line)].flat()[0]
  return parsed instanceof Error ? undefined : parsed
}

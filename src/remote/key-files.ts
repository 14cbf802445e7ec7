import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import ssh2, { type ParsedKey } from 'ssh2'
import type { KeptPassphrases, Prompts } from './connection'
import { keyTypeOf } from './key-type'
import { publicHalf } from './openssh-key'
import { isBeyondUs, needsPassphrase, readPrivateKey } from './private-key'
import { mostTries, secretQuestion } from './secret-question'
import { unlockKey } from './unlock-key'

/** What is known about an identity file before its passphrase is asked for. */
export interface KeyFile {
  readonly path: string
  /** The public key to offer to a server; undefined if it cannot be known without the passphrase. */
  readonly publicKey: ParsedKey | undefined
}

/** A key file cannot be used. The message is part of a sentence, such as `~/.ssh/id_rsa cannot be read (EACCES)`. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

/**
 * The private keys of a session. A key that is unlocked stays unlocked, so that its passphrase is asked for once and the slow
 * derivation is done once, however many servers accept the key.
 */
export class KeyFiles {
  readonly #kept: KeptPassphrases | undefined
  readonly #open = new Map<string, Promise<ParsedKey | undefined>>()

  /** `kept` is where passphrases are remembered between sessions, if they may be. */
  constructor(kept?: KeptPassphrases) {
    this.#kept = kept
  }

  /** Undefined if the file does not exist. Throws KeyFileError if it cannot be read. */
  async look(path: string): Promise<KeyFile | undefined> {
    const text = await readKey(path)
    if (text === undefined) return undefined
    const half = publicHalf(text)
    const publicKey = half ? parsedPublic(half) : ((await publicFile(path)) ?? usable(readPrivateKey(text)))
    return { path, publicKey }
  }

  /**
   * The key, ready to sign; undefined if the operator gave no passphrase for this machine: the operator is then asked again on behalf
   * of the next machine that needs the key. Throws KeyFileError if the file is not a key, or every passphrase was wrong.
   */
  async open(path: string, machine: string, prompts: Pick<Prompts, 'secret'>): Promise<ParsedKey | undefined> {
    for (let existing = this.#open.get(path); existing; existing = this.#open.get(path)) {
      const key = await existing
      if (key) return key
    }
    const opening = this.#openKey(path, machine, prompts)
    this.#open.set(path, opening)
    // A key that was not unlocked may be asked for again.
    const forget = () => this.#open.delete(path)
    opening.then(key => key ?? forget(), forget)
    return opening
  }

  async #openKey(path: string, machine: string, prompts: Pick<Prompts, 'secret'>): Promise<ParsedKey | undefined> {
    const text = (await readKey(path)) ?? ''
    const key = readPrivateKey(text)
    if (!(key instanceof Error)) return key
    if (!needsPassphrase(key)) throw unusable(path, key)
    const fingerprint = keyFileFingerprint(text)
    const known = await this.#unlockWithKept(path, text, fingerprint)
    if (known) return known
    for (let number = 1; number <= mostTries; number++) {
      const passphrase = await prompts.secret(secretQuestion(machine, t('passphrase of {0}', path), number))
      if (passphrase === undefined) return undefined
      const unlocked = await unlock(path, text, passphrase)
      if (!unlocked) continue
      this.#kept?.offer({ path, fingerprint }, passphrase)
      return unlocked
    }
    throw new KeyFileError(t('{0} could not be unlocked: every passphrase was wrong', path))
  }

  /** Uses the remembered passphrase, and forgets it if it is wrong. */
  async #unlockWithKept(path: string, text: string, fingerprint: string): Promise<ParsedKey | undefined> {
    const passphrase = await this.#kept?.get(fingerprint)
    if (passphrase === undefined) return undefined
    const unlocked = await unlock(path, text, passphrase)
    if (!unlocked) await this.#kept?.forget(fingerprint)
    return unlocked
  }
}

/** Identifies the contents of a key file: changing its passphrase changes this. Reveals nothing about the passphrase. */
export function keyFileFingerprint(text: string): string {
  return `SHA256:${createHash('sha256').update(text, 'latin1').digest('base64').replace(/=+$/, '')}`
}

/** Undefined for a wrong passphrase. Throws KeyFileError if no passphrase could work. */
async function unlock(path: string, text: string, passphrase: string): Promise<ParsedKey | undefined> {
  const key = await unlockKey(text, passphrase)
  if (!(key instanceof Error)) return key
  if (isBeyondUs(key)) throw unusable(path, key)
  return undefined
}

const unusable = (path: string, { message }: Error) =>
  new KeyFileError(
    /cipher|initialization vector/i.test(message)
      ? t('{0} uses an unsupported encryption (re-encrypt it with `ssh-keygen -p -f {0}`)', path)
      : t('{0} cannot be used ({1})', path, message),
  )

async function readKey(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new KeyFileError(t('{0} cannot be read ({1})', path, String(code)))
  }
}

const usable = (key: ParsedKey | Error) => (key instanceof Error ? undefined : key)

/** `id_rsa.pub` beside `id_rsa`, where ssh looks too. */
async function publicFile(path: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${path}.pub`, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parsedLine(text)
}

function parsedPublic(key: Buffer): ParsedKey | undefined {
  return parsedLine(`${keyTypeOf(key)} ${key.toString('base64')}`)
}

function parsedLine(line: string): ParsedKey | undefined {
  const parsed = [ssh2.utils.parseKey(line)].flat()[0]
  return parsed instanceof Error ? undefined : parsed
}

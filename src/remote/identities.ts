import { t } from '@vscode/l10n'
import ssh2, { type ParsedKey } from 'ssh2'
import type { Prompts } from './connection'
import { type KeyFile, KeyFileError, type KeyFiles } from './key-files'
import type { MachineSettings } from './machine-settings'

/** A key that can be offered, and how to sign with it. */
export interface Identity {
  /** Its name in messages, such as `the agent's alice@laptop`, or a path. */
  readonly label: string
  readonly publicKey: ParsedKey
  /** `hash` in ssh2's names, for RSA keys. Throws if signing fails: no passphrase, an agent that refuses. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>
}

/** All keys to try. */
export interface Identities {
  /** In the order in which they are offered. */
  readonly open: readonly Identity[]
  /** Files whose public key is unknown until they are unlocked. */
  readonly closed: readonly KeyFile[]
  /** What could not be used and why, each as part of a sentence. */
  readonly problems: readonly string[]
}

/**
 * Looks at the agent and the identity files, without asking for a passphrase yet. The order is OpenSSH's (sshconnect2.c): keys of the
 * files that the agent holds, its other keys, the remaining files; except that the file named in fleet.yaml comes first. Never throws.
 */
export async function gatherIdentities(
  machine: string,
  { agent, identityFile, identityFiles, identitiesOnly }: MachineSettings,
  keyFiles: Pick<KeyFiles, 'look' | 'open'>,
  prompts: Pick<Prompts, 'secret'>,
): Promise<Identities> {
  const problems: string[] = []
  const look = (path: string) =>
    keyFiles.look(path).catch((error: Error) => {
      problems.push(error.message)
      return undefined
    })
  const wanted = identityFile === undefined ? undefined : await look(identityFile)
  if (identityFile !== undefined && !wanted && problems.length === 0)
    problems.push(t('{0} does not exist', identityFile))
  // OpenSSH silently skips default names that do not exist, and so do we.
  const others = await Promise.all(identityFiles.filter(path => path !== identityFile).map(look))
  const files = [wanted, ...others].filter(file => file !== undefined)

  const held = agent === undefined ? [] : await heldBy(agent, problems)
  const own = files.flatMap(({ path, publicKey }) =>
    publicKey ? [ownIdentity(path, publicKey, () => keyFiles.open(path, machine, prompts))] : [],
  )
  const heldOf = (key: ParsedKey | undefined) => held.filter(identity => isSame(identity.publicKey, key))
  const inOrder = [
    ...heldOf(wanted?.publicKey),
    ...own.filter(identity => isSame(identity.publicKey, wanted?.publicKey)),
    ...files.flatMap(({ publicKey }) => heldOf(publicKey)),
    ...(identitiesOnly ? [] : held),
    ...own,
  ]
  return {
    open: inOrder.filter(
      (identity, index) => inOrder.findIndex(earlier => isSame(earlier.publicKey, identity.publicKey)) === index,
    ),
    closed: files.filter(({ publicKey }) => publicKey === undefined),
    problems,
  }
}

function ownIdentity(path: string, publicKey: ParsedKey, open: () => Promise<ParsedKey | undefined>): Identity {
  return {
    label: path,
    publicKey,
    async sign(data, hash) {
      const key = await open()
      if (!key) throw new KeyFileError(t('no passphrase was given for {0}', path))
      const signature = key.sign(data, hash)
      if (signature instanceof Error) throw new KeyFileError(t('{0} cannot sign ({1})', path, signature.message))
      return signature
    },
  }
}

function heldBy(path: string, problems: string[]): Promise<readonly Identity[]> {
  const agent = ssh2.createAgent(path)
  return new Promise(done =>
    agent.getIdentities((error, keys) => {
      if (error) problems.push(t('the agent at {0} did not answer', path))
      const parsed = (keys ?? []).flatMap(key => ssh2.utils.parseKey(key as ParsedKey) as ParsedKey | Error)
      done(parsed.flatMap(key => (key instanceof Error ? [] : key)).map(publicKey => heldIdentity(agent, publicKey)))
    }),
  )
}

function heldIdentity(agent: ssh2.BaseAgent, publicKey: ParsedKey): Identity {
  const label = t("the agent's {0}", publicKey.comment || publicKey.type)
  return {
    label,
    publicKey,
    sign: (data, hash) =>
      new Promise((signed, failed) =>
        agent.sign(publicKey, data, { hash } as ssh2.SigningRequestOptions, (_error, signature) =>
          signature ? signed(signature as Buffer) : failed(new KeyFileError(t('signing with {0} failed', label))),
        ),
      ),
  }
}

const isSame = (one: ParsedKey, other: ParsedKey | undefined) =>
  other !== undefined && one.getPublicSSH().equals(other.getPublicSSH())

/**
 * One identity as an ssh2 agent. ssh2 first asks the server whether it would accept an agent's key, and only then signs with it: so, as
 * with ssh, a passphrase is asked for only if the key is accepted.
 */
export class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  /** The server accepted the key: if the login still did not succeed, it wants another factor. */
  wanted = false
  problem: string | undefined
  readonly #identity: Identity

  constructor(identity: Identity) {
    super()
    this.#identity = identity
  }

  override getIdentities(callback: ssh2.IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.#identity.publicKey])
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: ssh2.SigningRequestOptions | ssh2.SignCallback,
    done?: ssh2.SignCallback,
  ): void {
    const [hash, callback] = typeof options === 'function' ? [undefined, options] : [options.hash, done]
    this.wanted = true
    this.#identity.sign(data, hash).then(
      signature => callback?.(undefined, signature),
      (error: Error) => {
        this.problem = error.message
        callback?.(error)
      },
    )
  }
}

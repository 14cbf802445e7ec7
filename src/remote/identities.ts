import { t } from '@vscode/l10n'
import ssh2, { type ParsedKey } from 'ssh2'
import type { Prompts } from './connection'
import { type KeyFile, KeyFileError, type KeyFiles } from './key-files'
import type { MachineSettings } from './machine-settings'

/** One key that can be offered, and how it signs. */
export interface Identity {
  /** For people, such as `the agent's alice@laptop`, or a path. */
  readonly label: string
  readonly publicKey: ParsedKey
  /** `hash` as ssh2 names it, for RSA keys. Throws if it is not signed: no passphrase, an agent that refuses. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>
}

/** Every key that may let somebody in. */
export interface Identities {
  /** In the order in which they are offered. */
  readonly open: readonly Identity[]
  /** Files whose public half nobody knows before they are opened. */
  readonly closed: readonly KeyFile[]
  /** What could not be used, and why, as a sentence's middle. */
  readonly problems: readonly string[]
}

/**
 * Looks at the agent and the identity files, and asks for no passphrase yet. The order is OpenSSH's (sshconnect2.c): what the
 * agent holds of the files, what else it holds, and the rest of the files; but the file that fleet.yaml names goes before all.
 * Never throws.
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
  if (identityFile !== undefined && !wanted && problems.length === 0) problems.push(t('{0} is not there', identityFile))
  // OpenSSH passes over its default names that are not there, and so do we.
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
      if (!key) throw new KeyFileError(t('nobody gave the passphrase of {0}', path))
      const signature = key.sign(data, hash)
      if (signature instanceof Error) throw new KeyFileError(t('{0} does not sign ({1})', path, signature.message))
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
          signature ? signed(signature as Buffer) : failed(new KeyFileError(t('{0} was not signed with', label))),
        ),
      ),
  }
}

const isSame = (one: ParsedKey, other: ParsedKey | undefined) =>
  other !== undefined && one.getPublicSSH().equals(other.getPublicSSH())

/**
 * One identity as an agent of ssh2, which asks a server first whether it would take a key, and only then has it signed with: so
 * a passphrase is asked for only if the key opens the door, as ssh does it.
 */
export class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  /** The server would have taken it: if it let nobody in then, it wants something more. */
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

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
 * agent holds of the files, what else it holds, and the rest of the files; but files that fleet.yaml names go before what
 * else an agent holds. Never throws.
 */
export async function gatherIdentities(
  machine: string,
  settings: MachineSettings,
  keyFiles: KeyFiles,
  prompts: Pick<Prompts, 'secret'>,
): Promise<Identities> {
  const { agent, identityFiles, identitiesFirst, identitiesOnly } = settings
  const problems: string[] = []
  const looked = await Promise.all(identityFiles.map(path => look(path, identitiesFirst, keyFiles, problems)))
  const files = looked.filter(file => file !== undefined)
  const held = agent === undefined ? [] : await heldBy(agent, problems)
  const named = files.flatMap(({ publicKey }) => held.filter(identity => isSame(identity.publicKey, publicKey)))
  const others = identitiesOnly ? [] : held.filter(identity => !named.includes(identity))
  const own = files.flatMap(({ path, publicKey }) =>
    publicKey && !named.some(identity => isSame(identity.publicKey, publicKey))
      ? [ownIdentity(path, publicKey, () => keyFiles.open(path, machine, prompts))]
      : [],
  )
  return {
    open: identitiesFirst ? [...named, ...own, ...others] : [...named, ...others, ...own],
    closed: files.filter(({ publicKey }) => publicKey === undefined),
    problems,
  }
}

async function look(
  path: string,
  wanted: boolean,
  keyFiles: KeyFiles,
  problems: string[],
): Promise<KeyFile | undefined> {
  try {
    const file = await keyFiles.look(path)
    // OpenSSH passes over its default names that are not there, and so do we; one that fleet.yaml names is missed.
    if (!file && wanted) problems.push(`${path} is not there`)
    return file
  } catch (error) {
    problems.push((error as Error).message)
    return undefined
  }
}

function ownIdentity(path: string, publicKey: ParsedKey, open: () => Promise<ParsedKey | undefined>): Identity {
  return {
    label: path,
    publicKey,
    async sign(data, hash) {
      const key = await open()
      if (!key) throw new KeyFileError(`nobody gave the passphrase of ${path}`)
      const signature = key.sign(data, hash)
      if (signature instanceof Error) throw new KeyFileError(`${path} does not sign (${signature.message})`)
      return signature
    },
  }
}

function heldBy(path: string, problems: string[]): Promise<readonly Identity[]> {
  const agent = ssh2.createAgent(path)
  return new Promise(done =>
    agent.getIdentities((error, keys) => {
      if (error) problems.push(`the agent at ${path} did not answer`)
      const parsed = (keys ?? []).flatMap(key => ssh2.utils.parseKey(key as ParsedKey) as ParsedKey | Error)
      done(parsed.flatMap(key => (key instanceof Error ? [] : key)).map(publicKey => heldIdentity(agent, publicKey)))
    }),
  )
}

function heldIdentity(agent: ssh2.BaseAgent, publicKey: ParsedKey): Identity {
  const label = `the agent's ${publicKey.comment || publicKey.type}`
  return {
    label,
    publicKey,
    sign: (data, hash) =>
      new Promise((signed, failed) =>
        agent.sign(publicKey, data, { hash } as ssh2.SigningRequestOptions, (_error, signature) =>
          signature ? signed(signature as Buffer) : failed(new KeyFileError(`${label} was not signed with`)),
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

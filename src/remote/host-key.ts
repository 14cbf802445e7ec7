import { createHash } from 'node:crypto'
import { t } from '@vscode/l10n'
import { type Prompts, RemoteError } from './connection'
import { keyTypeOf } from './key-type'
import {
  type HostKeyVerdict,
  hashedName,
  judgeHostKey,
  type KnownHostsEntry,
  knownHostsNames,
  knownKeyTypes,
} from './known-hosts'
import { appendKnownHost, readKnownHosts } from './known-hosts-file'
import type { MachineSettings } from './machine-settings'
import { refuseIfRevoked } from './revoked-host-keys'

/** The host keys of one machine as known_hosts has them. */
export interface HostKeys {
  /** ssh2's names of the signature algorithms of the known keys; empty if none is known. */
  readonly algorithms: readonly string[]
  /** Throws RemoteError unless the key is known, or unknown and then trusted by the operator. */
  verify(key: Buffer): Promise<void>
}

export interface HostKeyOptions {
  readonly prompts: Pick<Prompts, 'trustHostKey'>
  /** Runs tasks one after the other, so that a key just added is already known to the next task. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** An RSA key signs with SHA-2 only: `ssh-rsa`, which is SHA-1, is not offered (RFC 8332). */
const signatures: Readonly<Record<string, readonly string[]>> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] }

/** Reads the known host keys of a machine. Throws RemoteError if a known_hosts file exists and cannot be read. */
export async function readHostKeys(
  machine: string,
  settings: MachineSettings,
  { prompts, inTurn }: HostKeyOptions,
): Promise<HostKeys> {
  const names = knownHostsNames(settings.hostName, settings.port, settings.hostKeyAlias)
  const read = () => readKnownHosts(machine, [...settings.knownHostsFiles, ...settings.globalKnownHostsFiles])
  const entries = await read()
  const types = knownKeyTypes(entries, names)

  async function verify(key: Buffer): Promise<void> {
    if (settings.revokedHostKeysFile !== undefined)
      await refuseIfRevoked(machine, names[0], key, settings.revokedHostKeysFile)
    if (refuseUnlessUnknown(machine, names[0], key, judgeHostKey(entries, names, key)).kind === 'known') return
    await inTurn(async () => {
      // The same question may have been answered while this one waited its turn.
      const verdict = refuseUnlessUnknown(machine, names[0], key, judgeHostKey(await read(), names, key))
      if (verdict.kind === 'unknown') await ask(machine, names[0], key, settings, prompts)
    })
  }
  return { algorithms: types.flatMap(type => signatures[type] ?? [type]), verify }
}

/** Throws RemoteError for a revoked key, or one that differs from the known one. */
function refuseUnlessUnknown(machine: string, name: string, key: Buffer, verdict: HostKeyVerdict): HostKeyVerdict {
  if (verdict.kind === 'revoked')
    throw new RemoteError(
      machine,
      'host-key',
      t('{0} presented a revoked host key: {1}.', name, placeOf(verdict.entry)),
      {
        remedy: t('Do not connect. Find out who revoked the key, and why.'),
      },
    )
  if (verdict.kind === 'changed') {
    const { entry } = verdict
    throw new RemoteError(
      machine,
      'host-key',
      t(
        '{0} presented a host key that does not match known_hosts. Presented: {1} {2}. Expected: {3} {4}, {5}.',
        name,
        keyTypeOf(key),
        fingerprintOf(key),
        entry.keyType,
        fingerprintOf(Buffer.from(entry.key, 'base64')),
        placeOf(entry),
      ),
      {
        remedy: t(
          "If the server was reinstalled and this is its fingerprint, remove that line (ssh-keygen -f {0} -R '{1}') and connect again. Otherwise someone may be intercepting the connection: do not connect.",
          entry.file,
          name,
        ),
      },
    )
  }
  return verdict
}

/** Adds the key if the operator trusts it. Throws RemoteError if not. */
async function ask(
  machine: string,
  name: string,
  key: Buffer,
  { knownHostsFiles: [file], hashKnownHosts, strictHostKeys }: MachineSettings,
  prompts: Pick<Prompts, 'trustHostKey'>,
): Promise<void> {
  const keyType = keyTypeOf(key)
  const fingerprint = fingerprintOf(key)
  const known = `${keyType} ${key.toString('base64')}`
  const mayAsk = file !== undefined && !strictHostKeys
  if (mayAsk && (await prompts.trustHostKey({ machine, host: name, keyType, fingerprint, file })))
    return appendKnownHost(machine, file, `${hashKnownHosts ? hashedName(name) : name} ${known}`)
  throw new RemoteError(
    machine,
    'host-key',
    strictHostKeys
      ? t(
          "The host key of {0} is not known, and StrictHostKeyChecking in ssh's configuration forbids asking about it: {1} {2}.",
          name,
          keyType,
          fingerprint,
        )
      : t('The host key of {0} is not known: {1} {2}.', name, keyType, fingerprint),
    {
      remedy: t(
        "Compare it with the server's own fingerprint (run ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there). If they match, add this line to {0}: {1} {2}",
        file ?? t('a known_hosts file'),
        name,
        known,
      ),
    },
  )
}

const placeOf = ({ file, line }: KnownHostsEntry) => t('line {0} of {1}', line, file)

/** As `ssh-keygen -l` shows it: SHA-256 in base64 without padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

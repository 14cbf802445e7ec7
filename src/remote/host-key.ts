import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Prompts, RemoteError } from './connection'
import {
  judgeHostKey,
  type KnownHostsEntry,
  keyTypeOf,
  knownHostsName,
  knownKeyTypes,
  parseKnownHosts,
} from './known-hosts'
import type { MachineSettings } from './machine-settings'

/** The host keys of one machine as known_hosts has them. */
export interface HostKeys {
  /** ssh2's names of the signature algorithms for keys that are known already, or undefined if none is. */
  readonly algorithms: readonly string[] | undefined
  /** Throws RemoteError unless the key is known, or unknown and then trusted by the operator. */
  verify(key: Buffer): Promise<void>
}

/** An RSA key signs with SHA-2 only: `ssh-rsa`, which is SHA-1, is not offered (RFC 8332). */
const signatures: Readonly<Record<string, readonly string[]>> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] }

/** Reads what is known of a machine's host keys. Throws RemoteError if a known_hosts file is there and cannot be read. */
export async function readHostKeys(machine: string, settings: MachineSettings, prompts: Prompts): Promise<HostKeys> {
  const name = knownHostsName(settings.hostName, settings.port, settings.hostKeyAlias)
  const files = [...settings.knownHostsFiles, ...settings.globalKnownHostsFiles]
  const entries = (await Promise.all(files.map(file => readEntries(machine, file)))).flat()
  const types = knownKeyTypes(entries, name)
  return {
    algorithms: types.length > 0 ? types.flatMap(type => signatures[type] ?? [type]) : undefined,
    verify: key => verify(machine, settings, prompts, entries, name, key),
  }
}

async function verify(
  machine: string,
  settings: MachineSettings,
  prompts: Prompts,
  entries: readonly KnownHostsEntry[],
  name: string,
  key: Buffer,
): Promise<void> {
  const verdict = judgeHostKey(entries, name, key)
  const keyType = keyTypeOf(key)
  const fingerprint = fingerprintOf(key)
  if (verdict.kind === 'known') return
  if (verdict.kind === 'revoked') {
    throw new RemoteError(
      machine,
      'host-key',
      `${name} shows a key that is revoked (${verdict.entry.file}, line ${verdict.entry.line}).`,
      {
        remedy: 'Do not connect. Find out why the key was revoked.',
      },
    )
  }
  if (verdict.kind === 'changed') {
    throw new RemoteError(
      machine,
      'host-key',
      `${name} shows another host key than the one that is known: ${keyType} ${fingerprint}. The known one is in ${verdict.entry.file}, line ${verdict.entry.line}.`,
      {
        remedy: `If the server was installed anew, remove that line and connect again. If not, somebody may be between you and it.`,
      },
    )
  }
  const file = settings.knownHostsFiles[0]
  const line = `${name} ${keyType} ${key.toString('base64')}`
  const trusted =
    file !== undefined && (await prompts.trustHostKey({ machine, host: name, keyType, fingerprint, file }))
  if (!trusted) {
    throw new RemoteError(machine, 'host-key', `The host key of ${name} is not known: ${keyType} ${fingerprint}.`, {
      remedy: `Compare it with the server's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub). If it is the same, add this line to ${file ?? 'known_hosts'}: ${line}`,
    })
  }
  await append(file, line)
}

/** As `ssh-keygen -l` shows it: SHA-256 in base64 without padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

async function readEntries(machine: string, file: string): Promise<readonly KnownHostsEntry[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new RemoteError(machine, 'host-key', `${file} cannot be read, so no host key can be verified.`, {
      cause: error,
      remedy: 'Mend its owner or mode.',
    })
  }
}

/** Atomic, so that a killed process leaves the whole file or the new one, and with the mode of the old one. */
async function append(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const before = await readFile(file, 'utf8').catch(() => '')
  const mode = await stat(file).then(
    ({ mode }) => mode & 0o777,
    () => 0o600,
  )
  const beside = `${file}.${process.pid}.new`
  await writeFile(beside, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`, { mode })
  await chmod(beside, mode)
  await rename(beside, file)
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { keyTypeOf } from './key-type'

/** One line of a known_hosts file that names keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostsEntry {
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly marker: 'cert-authority' | 'revoked' | undefined
  readonly hosts: string
  readonly keyType: string
  /** Base64. */
  readonly key: string
}

/** What known_hosts says about the key that a server presented. */
export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  /** known_hosts has a different key for this host: the server was reinstalled, or this is not the server. */
  | { readonly kind: 'changed'; readonly entry: KnownHostsEntry }
  | { readonly kind: 'revoked'; readonly entry: KnownHostsEntry }

/** Reads a known_hosts file. Invalid lines are skipped, as ssh does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostsEntry[] {
  return text.split('\n').flatMap((content, index) => {
    const words = content.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined
    const [hosts, keyType, key] = words
    if (!hosts || hosts.startsWith('#') || !keyType || !key) return []
    if (marker !== undefined && marker !== 'cert-authority' && marker !== 'revoked') return []
    return [{ file, line: index + 1, marker, hosts, keyType, key }]
  })
}

/**
 * The names under which a host is listed, starting with the one to add it under: its bare name on port 22, `[name]:port` otherwise. ssh
 * accepts the bare name for other ports too, if the key is the same (sshconnect.c, "checking without port identifier"). An alias is
 * used as it is.
 */
export function knownHostsNames(host: string, port: number, alias?: string): readonly [string, ...string[]] {
  if (alias !== undefined) return [alias.toLowerCase()]
  const name = host.toLowerCase()
  return port === 22 ? [name] : [`[${name}]:${port}`, name]
}

/**
 * What the entries say about `key`, the server's public key in the SSH wire format. A different key counts as changed only under the
 * first name: under the others it belongs to another server on the same host.
 */
export function judgeHostKey(
  entries: readonly KnownHostsEntry[],
  names: readonly [string, ...string[]],
  key: Buffer,
): HostKeyVerdict {
  const shown = key.toString('base64')
  const matching = entries.filter(entry => names.some(name => matches(entry.hosts, name)))
  const revoked = matching.find(entry => entry.marker === 'revoked' && entry.key === shown)
  if (revoked) return { kind: 'revoked', entry: revoked }
  const plain = matching.filter(entry => entry.marker === undefined)
  if (plain.some(entry => entry.key === shown)) return { kind: 'known' }
  const own = plain.filter(entry => matches(entry.hosts, names[0]))
  const other = own.find(entry => entry.keyType === keyTypeOf(key)) ?? own[0]
  return other ? { kind: 'changed', entry: other } : { kind: 'unknown' }
}

/** The known key types of a host, so that the server can be asked for one of those first. */
export function knownKeyTypes(entries: readonly KnownHostsEntry[], names: readonly string[]): readonly string[] {
  const known = names.flatMap(name =>
    entries.filter(({ marker, hosts }) => marker === undefined && matches(hosts, name)),
  )
  return [...new Set(known.map(entry => entry.keyType))]
}

/** Whether an entry is a certificate authority for a host, which may sign that host's keys. */
export const isAuthority = ({ marker, hosts }: KnownHostsEntry, names: readonly string[]): boolean =>
  marker === 'cert-authority' && names.some(name => matches(hosts, name))

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHashed(hosts, name)
  const patterns = hosts.toLowerCase().split(',')
  const negated = patterns.filter(pattern => pattern.startsWith('!')).map(pattern => pattern.slice(1))
  return (
    !negated.some(pattern => matchesPattern(pattern, name)) &&
    patterns.some(pattern => !pattern.startsWith('!') && matchesPattern(pattern, name))
  )
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`).test(name)
}

/** `|1|SALT|HASH`: HMAC-SHA1 of the name under the salt, both base64. */
function matchesHashed(hosts: string, name: string): boolean {
  const [, , salt, hash] = hosts.split('|')
  if (!salt || !hash) return false
  const wanted = Buffer.from(hash, 'base64')
  const made = hashOf(name, Buffer.from(salt, 'base64'))
  return wanted.length === made.length && timingSafeEqual(wanted, made)
}

/** A host's name hashed as for `HashKnownHosts`: the file does not reveal where its owner connects to. */
export function hashedName(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${hashOf(name, salt).toString('base64')}`
}

const hashOf = (name: string, salt: Buffer) => createHmac('sha1', salt).update(name).digest()

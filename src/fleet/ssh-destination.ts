/** A destination of ssh, in its parts. */
export interface SshDestination {
  readonly host: string
  readonly user?: string
  readonly port?: number
}

/** What the schema accepts as a host, except IPv6 addresses: nothing that a shell or ssh would read as something else. */
const hostName = /^(?!-)[^\s\p{Cc}@/'"`$\\;&<>|(){},#?*!:[\]]{1,253}$/u
const bareIpv6 = /^[0-9A-Fa-f]*(?::[0-9A-Fa-f.]*){2,}$/
const userName = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*\$?$/

/**
 * Reads `[USER@]HOST[:PORT]` or `ssh://[USER@]HOST[:PORT]`, as ssh(1) does. An IPv6 address needs brackets if a port follows it. Undefined
 * for anything else, and for a user or host that fleet.yaml does not allow.
 */
export function readSshDestination(text: string): SshDestination | undefined {
  const [, user, place = ''] = /^(?:ssh:\/\/)?(?:(\S+)@)?([^\s@/]+)\/?$/i.exec(text.trim()) ?? []
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(place) ?? []
  const host = bareIpv6.test(place) ? place : (bracketed ?? plain)
  const port = digits === undefined ? undefined : Number(digits)
  if (host === undefined || (plain !== undefined && !hostName.test(plain))) return undefined
  if (user !== undefined && !userName.test(user)) return undefined
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
}

/** What an `address` can be, as nginx accepts it in a `server` line (ngx_http_upstream_module, "server"). */
export type AddressKind = 'ipv4' | 'ipv6' | 'host' | 'socket' | 'invalid'

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/
/** RFC 1123, 2.1: letters, digits and hyphens, labels of at most 63. */
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i
const socketPath = /^\/[A-Za-z0-9._/@+=,~-]+$/

/** What kind of address a text is. IPv6 is accepted with brackets and without: as a host it has none, as an address it has (`bracketed`). */
export function addressKind(address: string): AddressKind {
  if (ipv4.test(address)) return 'ipv4'
  if (ipv6Groups(bare(address))) return 'ipv6'
  if (socketPath.test(address)) return 'socket'
  // Digits and dots alone are a mistyped IPv4 address, not a name.
  if (hostName.test(address) && !/^[\d.]+$/.test(address)) return 'host'
  return 'invalid'
}

/**
 * Whether an address leads back to the machine that uses it: 127.0.0.0/8 (RFC 1122), ::1 (RFC 4291), localhost (RFC 6761), and the
 * unspecified 0.0.0.0 and ::, which Linux connects to itself.
 */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address)
  return /^127\.|^0\.0\.0\.0$|^(0:){7}[01]$|^(.+\.)?localhost$/.test(plain)
}

/**
 * An address in the one form that equal ones share: names in lower case, IPv6 with every group, an IPv4-mapped IPv6
 * address (RFC 4291, 2.5.5.2) as plain IPv4.
 */
export function plainAddress(address: string): string {
  if (ipv4.test(address)) return address.split('.').map(Number).join('.')
  const groups = ipv6Groups(bare(address))
  if (!groups) return addressKind(address) === 'host' ? address.toLowerCase().replace(/\.$/, '') : address
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return groups.map(group => group.toString(16)).join(':')
}

/** An address and port as nginx accepts them, with IPv6 in brackets. */
export function withPort(address: string, port: number): string {
  return `${bracketed(address)}:${port}`
}

/** An address as fleet.yaml and nginx write it: IPv6 in brackets, anything else as it is. */
export function bracketed(address: string): string {
  return addressKind(address) === 'ipv6' ? `[${bare(address)}]` : address
}

const bare = (address: string): string => /^\[(.*)\]$/.exec(address)?.[1] ?? address

/** The eight groups of an IPv6 address: up to four hex digits each, a run of zeros as `::`, the last two possibly as IPv4 (RFC 4291, 2.2). */
function ipv6Groups(address: string): readonly number[] | undefined {
  const [, front = address, last] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(address) ?? []
  if (last !== undefined && !ipv4.test(last)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = last?.split('.').map(Number) ?? []
  const end = last === undefined ? '' : `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  const halves = `${front}${end}`.split('::')
  if (halves.length > 2) return undefined
  const [before = [], after = []] = halves.map(half => (half === '' ? [] : half.split(':')))
  const given = before.length + after.length
  const isWhole = halves.length === 2 ? given < 8 : given === 8
  if (!isWhole || ![...before, ...after].every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  const zeros = Array.from({ length: 8 - given }, () => '0')
  return [...before, ...zeros, ...after].map(group => Number.parseInt(group, 16))
}

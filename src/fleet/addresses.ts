/** What an `address` can be, as nginx takes it in a `server` line (ngx_http_upstream_module, "server"). */
export type AddressKind = 'ipv4' | 'ipv6' | 'host' | 'socket' | 'invalid'

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/
/** RFC 1123, 2.1: letters, digits and hyphens, labels of at most 63. */
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i
const socketPath = /^\/[A-Za-z0-9._/@+=,~-]+$/

/** What kind of address a text is. IPv6 is taken with brackets and without. */
export function addressKind(address: string): AddressKind {
  if (ipv4.test(address)) return 'ipv4'
  if (isIpv6(bare(address))) return 'ipv6'
  if (socketPath.test(address)) return 'socket'
  // Digits and dots alone are a mistyped IPv4 address, not a name.
  if (hostName.test(address) && !/^[\d.]+$/.test(address)) return 'host'
  return 'invalid'
}

/** Whether an address is the machine's own loopback: 127.0.0.0/8 (RFC 1122), ::1 (RFC 4291) or localhost (RFC 6761). */
export function isLoopback(address: string): boolean {
  const plain = bare(address).toLowerCase()
  return (
    (ipv4.test(plain) && plain.startsWith('127.')) ||
    plain === 'localhost' ||
    (isIpv6(plain) && /^(0{0,4}:){2,7}0{0,3}1$/.test(plain))
  )
}

/** An address and port as nginx takes them, with IPv6 in brackets. */
export function withPort(address: string, port: number): string {
  return addressKind(address) === 'ipv6' ? `[${bare(address)}]:${port}` : `${address}:${port}`
}

const bare = (address: string): string => /^\[(.*)\]$/.exec(address)?.[1] ?? address

/** RFC 4291, 2.2: eight groups of up to four hexadecimal digits, one run of zeros as `::`, the last two perhaps as IPv4. */
function isIpv6(address: string): boolean {
  if (!/^[0-9a-f:.]+$/i.test(address) || !address.includes(':')) return false
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const length = groups.length + (last && ipv4.test(last) ? 1 : 0)
  const wellFormed = groups.every(
    (group, index) => /^[0-9a-f]{1,4}$/i.test(group) || (index === groups.length - 1 && ipv4.test(group)),
  )
  return wellFormed && (halves.length === 2 ? length < 8 : length === 8)
}

/**
 * An address of a `server` line in one form, so that two that mean the same are equal: nginx's default port 80 written out,
 * IPv6 and names in lower case, a socket's path without a trailing colon.
 */
export function normalAddress(address: string): string {
  if (/^unix:/i.test(address)) return `unix:${address.slice(5).replace(/:$/, '')}`
  const lower = address.toLowerCase()
  return /^(\[[^\]]*\]|[^:[\]]+)$/.test(lower) ? `${lower}:80` : lower
}

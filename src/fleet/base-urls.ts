import { isLoopback } from './addresses'
import type { Fleet } from './fleet'

/** A base URL of the fleet, as registered with VoxBridge, and the server whose workers answer there; without a server it is nginx's. */
export interface BaseUrl {
  readonly url: string
  readonly server?: string
}

/**
 * The base URLs of a fleet to register with VoxBridge, each once, in the file's order: every server's own, and the load balancer's
 * `public_url` unless its server has one of its own.
 */
export function baseUrls({ servers, loadBalancer }: Fleet): readonly BaseUrl[] {
  const own = servers.flatMap(({ name, url }): readonly BaseUrl[] => (url === undefined ? [] : [{ url, server: name }]))
  const { publicUrl, server } = loadBalancer
  const all = server === undefined && publicUrl !== undefined ? [{ url: publicUrl }, ...own] : own
  return all.filter(({ url }, index) => all.findIndex(other => isSameUrl(other.url, url)) === index)
}

/** Whether two URLs are the same except for a trailing slash, a default port or the case of the host (RFC 3986, 6.2). */
export const isSameUrl = (a: string, b: string): boolean => normal(a) === normal(b)

function normal(url: string): string {
  try {
    return new URL(url).href.replace(/\/+$/, '')
  } catch {
    return url
  }
}

/** Whether requests to it cross a network unencrypted: http:// to another machine. */
export const isClearText = (url: string): boolean => url.startsWith('http://') && !isLoopback(hostOf(url))

const hostOf = (url: string): string => /^https?:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^:/?#]*)/.exec(url)?.[1] ?? ''

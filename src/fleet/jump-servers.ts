import type { Machine, SshOptions } from './fleet'

type Jumping = Pick<SshOptions, 'proxyJump' | 'jumpServers'>

const hopsOf = ({ proxyJump }: Jumping): readonly string[] => proxyJump?.split(',') ?? []

/**
 * SSH options with the fleet's own servers that `proxyJump` names, and those that lead to them in turn. A server in the list is reached
 * through those before it: `ssh.proxy_jump` of a fleet may be one of its servers. `name` is that of the machine.
 */
export function withJumpServers(ssh: SshOptions, name: string | undefined, servers: readonly Machine[]): SshOptions {
  const { proxyJump: _, ...rest } = ssh
  const hops = hopsBefore(hopsOf(ssh), name)
  const found: Machine[] = []
  for (const wanted = [...hops]; wanted.length > 0; ) {
    const hop = wanted.shift()
    const server = servers.find(candidate => candidate.name === hop)
    if (!server || found.some(known => known.name === hop)) continue
    const before = hopsBefore(hopsOf(server.ssh), server.name)
    found.push({ name: server.name, host: server.host, ssh: jumping(server.ssh, before) })
    wanted.push(...before)
  }
  return { ...jumping(rest, hops), ...(found.length > 0 ? { jumpServers: found } : {}) }
}

/** `proxyJump` in the form of `ssh -J`, for use without the fleet: its servers by user, host and port. */
export function jumpList(ssh: Jumping): string | undefined {
  const servers = ssh.jumpServers ?? []
  const seen = new Set<string>()
  const spell = (hop: string, isFirst: boolean): readonly string[] => {
    const server = servers.find(({ name }) => name === hop)
    if (!server || seen.has(hop)) return [hop]
    seen.add(hop)
    const { user, port } = server.ssh
    const host = server.host.includes(':') ? `[${server.host}]` : server.host
    const own = `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`
    return [...(isFirst ? hopsOf(server.ssh).flatMap((before, index) => spell(before, index === 0)) : []), own]
  }
  const hops = hopsOf(ssh).flatMap((hop, index) => spell(hop, index === 0))
  return hops.length > 0 ? hops.join(',') : undefined
}

function hopsBefore(hops: readonly string[], name: string | undefined): readonly string[] {
  const own = name === undefined ? -1 : hops.indexOf(name)
  return own < 0 ? hops : hops.slice(0, own)
}

function jumping({ proxyJump: _, ...ssh }: SshOptions, hops: readonly string[]): SshOptions {
  return { ...ssh, ...(hops.length > 0 ? { proxyJump: hops.join(',') } : {}) }
}

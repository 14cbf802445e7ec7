import type { BalancingMethod, ServerLineOptions, Worker } from '../fleet/fleet'

/** What follows the address on a `server` line, with a space before each (ngx_http_upstream_module, "server"). */
export function serverParameters(line: ServerLineOptions): string {
  const parameters = [
    line.weight !== undefined && line.weight !== 1 && `weight=${line.weight}`,
    line.maxConns !== undefined && `max_conns=${line.maxConns}`,
    line.maxFails !== undefined && `max_fails=${line.maxFails}`,
    line.failTimeout !== undefined && `fail_timeout=${line.failTimeout}`,
    line.backup && 'backup',
    line.down && 'down',
  ]
  return parameters
    .filter(parameter => parameter !== false)
    .map(parameter => ` ${parameter}`)
    .join('')
}

/** The line of the upstream block that a worker becomes, without indentation. */
export function serverLine({ upstreamAddress, line }: Pick<Worker, 'upstreamAddress' | 'line'>): string {
  return `server ${upstreamAddress}${serverParameters(line)};`
}

/** The balancing directive without its semicolon; empty for round robin, nginx's default. */
export function methodDirective(method: BalancingMethod): string {
  if (method.kind === 'round_robin') return ''
  if (method.kind === 'hash') return `hash ${method.key}${method.consistent ? ' consistent' : ''}`
  return method.kind
}

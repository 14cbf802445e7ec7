import { isLoopback, plainAddress } from '../fleet/addresses'
import { readUpstream, type UpstreamServer } from '../nginx/read-upstream'
import { endpointAt, type FoundWorker, type Layout, sameEndpoint } from './layout'
import type { FoundHost, SurveyedUpstream } from './survey'

/** A host with its workers. */
export interface Crew {
  readonly host: FoundHost
  readonly workers: readonly FoundWorker[]
}

/** A `server` line that leads to a worker of one of the hosts. */
export interface LedTo {
  readonly host: FoundHost
  readonly id: number
  readonly line: UpstreamServer
  /** As nginx reaches the host; undefined for a socket, which is on nginx's own machine. */
  readonly address?: string
}

/** An upstream block of a host's nginx, and which of its lines lead to the workers that were found. */
export interface LiveBlock extends SurveyedUpstream {
  readonly host: FoundHost
  readonly led: readonly LedTo[]
  /** Lines that lead to none of them. */
  readonly strange: readonly UpstreamServer[]
  /** Hosts whose address is a guess, because neither they nor nginx's machine know it as theirs. */
  readonly guessed: ReadonlySet<FoundHost>
}

/** Every upstream block of a host's nginx, matched with the workers of all hosts. A block that cannot be read is left out. */
export function liveBlocks(nginx: FoundHost, crews: readonly Crew[], layout: Layout): readonly LiveBlock[] {
  return nginx.survey.upstreams.flatMap(upstream => {
    const servers = serversOf(upstream)
    const led = servers.flatMap(line => leadsTo(line, nginx, crews, layout))
    const strange = servers.filter(line => !led.some(one => one.line === line))
    const guess = guessOf(strange, crews, led, layout)
    const all = [...led, ...guess]
    return [
      {
        ...upstream,
        host: nginx,
        led: all,
        strange: strange.filter(line => !all.some(one => one.line === line)),
        guessed: new Set(guess.map(({ host }) => host)),
      },
    ]
  })
}

function serversOf({ text, name }: SurveyedUpstream): readonly UpstreamServer[] {
  try {
    return readUpstream(text, name)?.servers ?? []
  } catch {
    return []
  }
}

function leadsTo(line: UpstreamServer, nginx: FoundHost, crews: readonly Crew[], layout: Layout): readonly LedTo[] {
  const target = targetOf(line)
  for (const { host, workers } of crews) {
    const worker = workers.find(({ id }) => sameEndpoint(endpointAt(layout, id), target.endpoint))
    if (!worker) continue
    if (target.address === undefined) {
      if (isSameMachine(host, nginx)) return [{ host, id: worker.id, line }]
    } else if (meansHost(target.address, nginx, host)) {
      return [{ host, id: worker.id, line, address: target.address }]
    }
  }
  return []
}

function targetOf({ address, normalAddress }: UpstreamServer) {
  if (normalAddress.startsWith('unix:'))
    return { endpoint: { kind: 'socket' as const, path: normalAddress.slice('unix:'.length) } }
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(normalAddress) ?? []
  const found = bracketed ?? plain ?? address
  return { address: found, endpoint: { kind: 'port' as const, port: Number(port) } }
}

export const isSameMachine = (a: FoundHost, b: FoundHost): boolean => a.survey.boot === b.survey.boot

function meansHost(address: string, nginx: FoundHost, host: FoundHost): boolean {
  if (isLoopback(address)) return isSameMachine(nginx, host)
  const own = new Set(host.survey.addresses.filter(one => !isLoopback(one)).map(plainAddress))
  const means = [address, ...(nginx.survey.resolves.get(address) ?? [])]
  if (means.some(one => own.has(plainAddress(one)))) return true
  if (means.some(one => isLoopback(one)) && isSameMachine(nginx, host)) return true
  return [host.survey.hostname, host.machine.host].some(name => name.toLowerCase() === address.toLowerCase())
}

/** Behind address translation a host does not know its public address: if one address and one host are left over, they match. */
function guessOf(
  strange: readonly UpstreamServer[],
  crews: readonly Crew[],
  led: readonly LedTo[],
  layout: Layout,
): readonly LedTo[] {
  const left = crews.filter(({ host, workers }) => workers.length > 0 && !led.some(one => one.host === host))
  const targets = strange.map(line => ({ line, ...targetOf(line) })).filter(({ address }) => address !== undefined)
  const [address, ...others] = new Set(targets.map(target => target.address))
  const [crew] = left
  if (address === undefined || others.length > 0 || !crew || left.length > 1) return []
  const matched = targets.flatMap(({ line, endpoint }) => {
    const worker = crew.workers.find(({ id }) => sameEndpoint(endpointAt(layout, id), endpoint))
    return worker ? [{ host: crew.host, id: worker.id, line, address }] : []
  })
  return matched.length === targets.length ? matched : []
}

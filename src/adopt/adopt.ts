import { t } from '@vscode/l10n'
import { checkFleet } from '../fleet/check'
import { parseFleetDocument } from '../fleet/document'
import type { Finding } from '../fleet/finding'
import type { Fleet, Machine } from '../fleet/fleet'
import { renderUpstream } from '../nginx/render'
import { observe } from '../observe/observe'
import { type Drift, findDrift } from '../plan/drift'
import type { Connections } from '../remote/connection'
import { AdoptError } from './adopt-error'
import { allowedBeside } from './allowed'
import { type Ask, choose, type Wishes } from './choices'
import { firewallFleets } from './firewall-items'
import { fleetText } from './fleet-text'
import { surveyHost } from './run-survey'
import { type Scene, type Sighting, sceneOf } from './sighting'
import { type FoundHost, foundHosts, type SurveyedHost } from './survey'

/** A host as it was written, and the machine that it means; ~/.ssh/config supplies what its `ssh` leaves out. */
export interface AskedHost {
  readonly given: string
  readonly machine: Machine
}

/** What is to become a fleet.yaml. */
export interface AdoptRequest extends Wishes {
  readonly hosts: readonly AskedHost[]
  /** The machine that nginx runs on: one of the hosts or another. By default, the host whose upstream has the workers. */
  readonly loadBalancer?: AskedHost
  readonly name?: string
  /** The path of a worker's own health; `/health` by default. */
  readonly health?: string
  /** The command as it could be typed again, for the first line of the file; without options that only affect connecting. */
  readonly command: string
}

export interface AdoptMeans {
  readonly connections: Connections
  readonly ask: Ask
  readonly signal?: AbortSignal
  /** Called with what is being done. */
  readonly onProgress?: (doing: 'look' | 'compare') => void
}

export interface Adopted {
  /** The text of fleet.yaml. */
  readonly text: string
  readonly fleet: Fleet | undefined
  readonly findings: readonly Finding[]
  /** What `status` says about it. */
  readonly drifts: readonly Drift[]
  /** The hosts that could not be asked, as they were written, and why. */
  readonly unreachable: readonly { readonly given: string; readonly message: string }[]
}

/**
 * Looks at running servers, changes nothing, and answers a fleet.yaml that describes them. Throws AdoptError if there is
 * nothing to describe, or nobody to choose; the reason of `signal`, if it aborts.
 */
export async function adopt(request: AdoptRequest, means: AdoptMeans): Promise<Adopted> {
  means.onProgress?.('look')
  const { hosts, separate } = await surveyAll(request, means)
  const servers = foundHosts(hosts)
  if (servers.length === 0) throw nobodyThere(hosts)
  refuseTwins(servers)
  const nginx = nginxHosts(request, hosts, separate)
  const chosen = await choose(servers, nginx, request, means.ask)
  const sighting: Sighting = {
    command: request.command,
    name: request.name ?? onlyFleet(servers) ?? nameOf(chosen.template),
    health: request.health ?? '/health',
    hosts,
    chosen,
    ...(separate ? { separate } : {}),
  }
  means.onProgress?.('compare')
  const observed = await observeFirst(sighting, means)
  const seen = observed ? { ...sighting, ...observed } : sighting
  const { fleet } = read(fleetText(seen))
  const drifts = fleet && observed ? findDrift({ fleet, ...observed, upstreamBlock: renderUpstream(fleet) }) : []
  const text = fleetText(seen, drifts)
  const all = [...hosts, ...(separate ? [separate] : [])]
  return {
    text,
    fleet,
    findings: checkFleet(parseFleetDocument(text)).findings,
    drifts,
    unreachable: all.flatMap(({ given, result }) => (result.reachable ? [] : [{ given, message: result.message }])),
  }
}

async function surveyAll(
  { hosts, loadBalancer, health = '/health' }: AdoptRequest,
  { connections, signal }: AdoptMeans,
): Promise<{ hosts: readonly SurveyedHost[]; separate: SurveyedHost | undefined }> {
  const options = { health, ...(signal ? { signal } : {}) }
  const look = ({ given, machine }: AskedHost) => surveyHost(given, machine, connections, options)
  const unique = hosts.filter(({ given }, at) => hosts.findIndex(other => other.given === given) === at)
  const isHost = loadBalancer === undefined || unique.some(({ given }) => given === loadBalancer.given)
  const [separate, ...found] = await Promise.all([isHost ? undefined : look(loadBalancer), ...unique.map(look)])
  return { hosts: found.filter(host => host !== undefined), separate }
}

function nginxHosts(
  { loadBalancer }: AdoptRequest,
  hosts: readonly SurveyedHost[],
  separate: SurveyedHost | undefined,
): readonly FoundHost[] {
  if (loadBalancer === undefined) return foundHosts(hosts)
  return foundHosts(separate ? [separate] : hosts.filter(({ given }) => given === loadBalancer.given))
}

function nobodyThere(hosts: readonly SurveyedHost[]): AdoptError {
  const [first] = hosts.flatMap(({ given, result }) => (result.reachable ? [] : [{ given, ...result }]))
  const [given, why] = [String(first?.given), String(first?.message)]
  const message =
    hosts.length > 1
      ? t('{0} cannot be reached, nor can the other {1}: {2}', given, hosts.length - 1, why)
      : t('{0} cannot be reached: {1}', given, why)
  return new AdoptError(message, {
    ...(first?.remedy === undefined ? {} : { remedy: first.remedy }),
  })
}

function refuseTwins(servers: readonly FoundHost[]): void {
  for (const [at, host] of servers.entries()) {
    const twin = servers.slice(0, at).find(({ survey }) => survey.boot === host.survey.boot)
    if (twin)
      throw new AdoptError(t('{0} and {1} are one machine', twin.given, host.given), {
        remedy: t('name each server once'),
        asked: true,
      })
  }
}

/** `voxcore` for `voxcore@`. */
const nameOf = (template: string): string =>
  template
    .replace(/@$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)

/** Whose rules the firewall of these servers has, if they are one fleet's. */
function onlyFleet(servers: readonly FoundHost[]): string | undefined {
  const [only, ...others] = firewallFleets(servers)
  return others.length > 0 ? undefined : only
}

/** Asks the fleet of a first text: for cores, memory, the two variables and the firewall, as status does. */
async function observeFirst(
  sighting: Sighting,
  { connections, signal }: AdoptMeans,
): Promise<Required<Pick<Sighting, 'observed' | 'allowed'>> | undefined> {
  const { fleet } = read(fleetText(sighting))
  if (!fleet) return undefined
  const observed = await observe(fleet, keptConnections(connections, sceneOf(sighting)), signal ? { signal } : {})
  return { observed, allowed: allowedBeside(fleet, observed) }
}

function read(text: string) {
  return { fleet: checkFleet(parseFleetDocument(text)).known }
}

/** The connections that are already open, for machines that have got their names in fleet.yaml since then. */
function keptConnections(connections: Connections, { names, chosen, separate }: Scene): Connections {
  const machines = new Map<string, Machine>([...names].map(([{ machine }, name]) => [name, machine]))
  const nginx = chosen.block?.host.machine ?? separate?.machine
  return {
    to: machine => connections.to(machines.get(machine.name) ?? (nginx?.host === machine.host ? nginx : machine)),
    dispose: () => connections.dispose(),
  }
}

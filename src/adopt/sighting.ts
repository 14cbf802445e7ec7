import type { Observed } from '../fleet/observed'
import type { Chosen } from './choices'
import type { FoundHost, SurveyedHost } from './survey'

/** Everything that a fleet.yaml is written from. */
export interface Sighting {
  /** The command that asked, such as `fleet-ops adopt core-1 core-2`, for the first line. */
  readonly command: string
  readonly name: string
  /** The path of a worker's own health. */
  readonly health: string
  /** In the order in which they were named; the load balancer is one of them or `separate`. */
  readonly hosts: readonly SurveyedHost[]
  /** The load balancer, if it was named and is not one of the hosts. */
  readonly separate?: SurveyedHost
  readonly chosen: Chosen
  /** What the fleet of a first text answered; without it cores and calls are left out. */
  readonly observed?: Observed
  /** Who besides the load balancer may reach the workers through the firewall that Fleet Ops has set up; known once it was asked. */
  readonly allowed?: readonly string[]
}

/** The hosts that become servers, by the names that fleet.yaml gives them. */
export type Names = ReadonlyMap<FoundHost, string>

/** A sighting with the names in it. */
export interface Scene extends Sighting {
  readonly names: Names
}

const valid = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** The scene of a sighting: a host with workers is a server, named as it was asked for, or as it names itself. */
export function sceneOf(sighting: Sighting): Scene {
  const names = new Map<FoundHost, string>()
  for (const { host, workers } of sighting.chosen.crews) {
    if (workers.length === 0) continue
    const own = [
      host.survey.hostname.split('.')[0] ?? '',
      host.machine.host,
      host.machine.host.replace(/[^\w.-]+/g, '-'),
    ]
    const asked = /^[A-Za-z][A-Za-z0-9_-]*$/.test(host.machine.host) ? [host.machine.host, ...own] : own
    const taken = new Set(names.values())
    const numbered = Array.from({ length: taken.size + 1 }, (_, index) => `server-${taken.size + 1 + index}`)
    const free = [...asked, ...numbered].find(name => valid.test(name) && !taken.has(name))
    if (free !== undefined) names.set(host, free)
  }
  return { ...sighting, names }
}

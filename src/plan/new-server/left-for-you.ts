import type { Server } from '../../fleet/fleet'
import type { Situation } from '../operation'

/** VoxCore's assets for an HAProxy in front of several fleets know no more workers of a server (issue: its health check and maxconn). */
const mostBehindHaproxy = 16

/** What nobody but the operator can do when a server has been added. */
export function leftForYou({ fleet }: Situation, server: Server, more: readonly string[]): readonly string[] {
  const { name, url, workers, maxConcurrentCalls } = server
  const calls = workers.length * maxConcurrentCalls
  const host = url === undefined ? undefined : new URL(url).host
  return [
    ...more,
    ...(host === undefined
      ? [
          `If an HAProxy stands in front of several fleets: raise this fleet's maxconn there by ${calls}, for ${name} takes so many more calls`,
        ]
      : [`If an HAProxy stands in front of several fleets: run VoxCore's \`add-fleet.sh ${host}\` there`]),
    ...(workers.length > mostBehindHaproxy
      ? [
          `That HAProxy's health check and maxconn know at most ${mostBehindHaproxy} workers of a server, and ${name} has ${workers.length}: change both there`,
        ]
      : []),
    ...(url === undefined ? [] : [`Add ${url} to FLEET_URLS of the dialler, which begins outgoing calls`]),
    ...(fleet.firewall.tool === 'none' && name !== fleet.loadBalancer.server
      ? [
          `Let nobody but ${fleet.loadBalancer.machine.name} reach the workers' ports of ${name}: fleet.yaml sets no firewall.tool, so Fleet Ops leaves its firewall alone`,
        ]
      : []),
  ]
}

import { t } from '@vscode/l10n'
import type { Server } from '../../fleet/fleet'
import type { Situation } from '../operation'

/** VoxCore's HAProxy assets for several fleets do not know about several workers on a server (issue: its health check and maxconn). */
const mostBehindHaproxy = 16

/** What only the operator can do after a server has been added. */
export function leftForYou({ fleet }: Situation, server: Server, more: readonly string[]): readonly string[] {
  const { name, url, workers, maxConcurrentCalls } = server
  const calls = workers.length * maxConcurrentCalls
  const host = url === undefined ? undefined : new URL(url).host
  return [
    ...more,
    ...(host === undefined
      ? [
          t(
            "If an HAProxy is in front of several fleets: raise this fleet's maxconn there by {0}, the number of calls that {1} adds",
            calls,
            name,
          ),
        ]
      : [t("If an HAProxy is in front of several fleets: run VoxCore's `add-fleet.sh {0}` there", host)]),
    ...(workers.length > mostBehindHaproxy
      ? [
          t(
            "That HAProxy's health check and maxconn allow for at most {0} workers per server, and {1} has {2}: change both there",
            mostBehindHaproxy,
            name,
            workers.length,
          ),
        ]
      : []),
    ...(url === undefined ? [] : [t('Add {0} to FLEET_URLS of the dialler, which places outgoing calls', url)]),
    ...(fleet.firewall.tool === 'none' && name !== fleet.loadBalancer.server
      ? [
          t(
            "Allow only {0} to reach the workers' ports of {1}: fleet.yaml sets no firewall.tool, so Fleet Ops does not touch its firewall",
            fleet.loadBalancer.machine.name,
            name,
          ),
        ]
      : []),
  ]
}

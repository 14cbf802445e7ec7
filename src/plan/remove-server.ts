import { t } from '@vscode/l10n'
import { isSameUrl } from '../fleet/base-urls'
import type { Fleet, Server } from '../fleet/fleet'
import { removeServer as removeFromFile } from '../fleet/server-edits'
import { allOf, type Checked, checkLoadBalancer, checkMachines, refusal, warning } from './checks'
import { closeFirewall } from './firewall'
import { checkStaying, leaveSteps, leavingWorkers } from './leaving'
import { reachableServer } from './observed-worker'
import { type Operation, type OperationArguments, OperationRefused, type Situation } from './operation'
import type { Step } from './plan'
import { serverNamed } from './select'
import { checkVoxbridge, deregisterStep, registered, voxbridgeOf } from './voxbridge'

/**
 * Takes a server out of the fleet: out of VoxBridge, out of nginx, and its workers out of systemd once their calls have ended. It is
 * removed from fleet.yaml last, because only the file says how it is reached: a run that broke off is finished by running it again.
 */
export const removeServer: Operation = {
  name: 'remove-server',
  title: () => t('Remove Server…'),
  icon: 'trash',
  danger: 'disruptive',
  offeredOn: ['server'],
  inputs: [{ name: 'server', required: true, prompt: () => t('The server to take out of the fleet') }],
  inquire: (fleet, given) => {
    const url = urlToDeregister(fleet, serverNamed(fleet, given.server))
    return fleet.voxbridge && url !== undefined ? { voxbridge: { url: fleet.voxbridge.url, asked: [] } } : {}
  },
  // Somebody may have removed it from the file meanwhile.
  editAfter: (document, fleet, given) =>
    fleet.servers.some(({ name }) => name === given.server)
      ? removeFromFile(document, serverMeant(fleet, given).name)
      : [],
  plan: (situation, given) => {
    const { fleet } = situation
    const server = serverMeant(fleet, given)
    const strangers = leavingWorkers(situation, server)
    const leaving = [...server.workers, ...strangers]
    const told = deregistration(situation, server)
    const reached = checkReachable(situation, server)
    const checked = allOf(
      checkLoadBalancer(situation, 'needed'),
      checkMachines(situation, [server]),
      checkStaying(situation, leaving),
      told,
      reached,
    )
    const refused = checked.refusals.length > 0
    return {
      operation: 'remove-server',
      fleet: fleet.name,
      title: t('Remove server {0}', server.name),
      steps: refused ? [] : [...told.steps, ...leaveSteps(situation, leaving), ...closeFirewall(situation, server)],
      ...checked,
      ...(refused ? {} : { leftForYou: leftForYou(situation, server) }),
    }
  },
}

/** The server to remove. Throws OperationRefused for the one that nginx runs on, the last one, and one that leads to others. */
function serverMeant(fleet: Fleet, given: OperationArguments): Server {
  const server = serverNamed(fleet, given.server)
  if (server.name === fleet.loadBalancer.server)
    throw new OperationRefused(
      t('{0} is the load balancer: without it no calls arrive', server.name),
      t('change load_balancer to another machine first; to stop only its workers: remove-worker'),
    )
  if (fleet.servers.length === 1)
    throw new OperationRefused(
      t('{0} is the only server of fleet {1}', server.name, fleet.name),
      t('add another one first: add-server'),
    )
  const machines = [fleet.loadBalancer.machine, ...fleet.servers.filter(({ name }) => name !== server.name)]
  const behind = machines.find(({ ssh }) => ssh.jumpServers?.some(({ name }) => name === server.name))
  if (behind)
    throw new OperationRefused(
      t('{0} is reached through {1}', behind.name, server.name),
      t('change proxy_jump to another machine first'),
    )
  return server
}

/** Its own URL, unless another server or nginx itself has the same. */
function urlToDeregister({ servers, loadBalancer }: Fleet, { name, url }: Server): string | undefined {
  if (url === undefined) return undefined
  const others = [loadBalancer.publicUrl, ...servers.filter(server => server.name !== name).map(server => server.url)]
  return others.some(other => other !== undefined && isSameUrl(other, url)) ? undefined : url
}

/** VoxBridge comes first: it must not send calls to a server that is about to be removed. */
function deregistration({ fleet, observed }: Situation, server: Server): Checked & { readonly steps: readonly Step[] } {
  const url = urlToDeregister(fleet, server)
  if (!fleet.voxbridge || url === undefined) return { ...allOf(), steps: [] }
  const seen = voxbridgeOf(observed)
  const known = registered(seen, [url])
  return {
    ...checkVoxbridge(fleet.voxbridge.url, seen),
    steps: known.length > 0 ? [deregisterStep(fleet.voxbridge.url, known, seen)] : [],
  }
}

/** A dead server is removed all the same: nginx is what matters, and its workers can no longer be stopped. */
function checkReachable({ observed }: Situation, { name }: Server): Checked {
  const seen = observed.servers[name]
  if (seen?.reachable) return allOf()
  if (!seen) return refusal(t('{0} was not asked', name))
  return warning(
    t(
      '{0} cannot be reached ({1}): it is taken out of nginx and of fleet.yaml, and its workers are neither waited for nor stopped',
      name,
      seen.message.replace(/\.$/, ''),
    ),
  )
}

function leftForYou({ fleet, observed }: Situation, server: Server): readonly string[] {
  const { name, url } = server
  const isThere = reachableServer(observed, name) !== undefined
  return [
    ...(isThere
      ? []
      : [
          t(
            "Stop the workers of {0} if it comes back: systemctl disable --now '{1}*' stops the running ones",
            name,
            fleet.service.unit,
          ),
        ]),
    ...(url === undefined
      ? [
          t(
            "If an HAProxy is in front of several fleets: lower this fleet's maxconn there, because {0} no longer takes calls",
            name,
          ),
        ]
      : [
          t('If an HAProxy is in front of several fleets: remove {0} from it', new URL(url).host),
          t('Remove {0} from FLEET_URLS of the dialler', url),
        ]),
    ...(isThere
      ? [
          t(
            '{0} and {1} with its secrets are still on {2}: erase them before you give that server back',
            fleet.service.directory,
            fleet.service.envFile,
            name,
          ),
        ]
      : []),
  ]
}

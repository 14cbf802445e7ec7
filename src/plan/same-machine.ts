import { t } from '@vscode/l10n'
import type { Fleet } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'

/** A machine's name in a fleet, and the identity that it reported; undefined if it did not. */
interface Named {
  readonly name: string
  readonly boot: string | undefined
}

/** nginx's machine, if it has a name of its own, and the servers, in the order of the file. */
function machinesOf({ loadBalancer, servers }: Fleet, observed: Observed): readonly Named[] {
  const live = observed.loadBalancer
  const own = loadBalancer.server === undefined ? [{ name: loadBalancer.machine.name, seen: live }] : []
  return [...own, ...servers.map(({ name }) => ({ name, seen: observed.servers[name] }))].map(({ name, seen }) => ({
    name,
    boot: seen?.reachable ? seen.boot : undefined,
  }))
}

/** The other names in the fleet of this same machine. None if all is well, or it did not report its identity. */
export function otherNamesOf(fleet: Fleet, observed: Observed, name: string): readonly string[] {
  const machines = machinesOf(fleet, observed)
  const boot = machines.find(machine => machine.name === name)?.boot
  if (boot === undefined) return []
  return machines.filter(machine => machine.boot === boot && machine.name !== name).map(machine => machine.name)
}

/** The machines that have several names, each as the list of its names. */
export function namedTwice(fleet: Fleet, observed: Observed): readonly (readonly string[])[] {
  const names = machinesOf(fleet, observed).map(({ name }) => name)
  const groups = names.map(name => [name, ...otherNamesOf(fleet, observed, name)])
  return groups.filter(
    ([name = '', ...others]) => others.length > 0 && others.every(other => names.indexOf(other) > names.indexOf(name)),
  )
}

/** What to correct in fleet.yaml if these names are of one machine. */
export function mendNames({ loadBalancer, servers }: Fleet, names: readonly string[]): string {
  const server = servers.find(({ name }) => names.includes(name))
  if (loadBalancer.server === undefined && names.includes(loadBalancer.machine.name) && server)
    return t(
      'if nginx runs on {0}, write `server: {0}` under load_balancer instead of host; if not, correct the host of one of them',
      server.name,
    )
  return t('correct the host of one of them (or what ~/.ssh/config makes of it), or make them one server in fleet.yaml')
}

import * as vscode from 'vscode'
import type { Fleet, Machine, Worker } from '../../fleet/fleet'
import type { FleetRow } from '../view/fleet-rows'

/** The machine of a row, the only one of the fleet, or the one that the operator picks. Undefined if none was picked. */
export async function chooseMachine(
  fleet: Fleet,
  row: FleetRow | undefined,
  title: string,
): Promise<Machine | undefined> {
  const { machine } = fleet.loadBalancer
  if (row?.kind === 'load-balancer') return machine
  const apart = fleet.loadBalancer.server === undefined ? [machine] : []
  const machines: readonly Machine[] = [...apart, ...fleet.servers]
  const named = machines.find(({ name }) => name === row?.given.server)
  if (named ?? machines.length === 1) return named ?? machines[0]
  const items = machines.map(one => ({ label: `$(server) ${one.name}`, description: one.host, value: one }))
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.value
}

/** The worker of a row, or one that the operator picks from the row's server or from all. Undefined if none was picked. */
export async function chooseWorker(
  fleet: Fleet,
  row: FleetRow | undefined,
  title: string,
): Promise<Worker | undefined> {
  const { server, worker } = row?.given ?? {}
  const workers = fleet.servers
    .filter(({ name }) => server === undefined || name === server)
    .flatMap(one => one.workers)
    .filter(({ id }) => worker === undefined || id === worker)
  if (workers.length === 1) return workers[0]
  const items = workers.map(one => ({
    label: `$(circuit-board) ${vscode.l10n.t('worker {0} of {1}', one.id, one.server)}`,
    description: one.unit,
    value: one,
  }))
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.value
}

import { t } from '@vscode/l10n'
import type { Worker } from '../../fleet/fleet'
import { normalAddress } from '../../nginx/address'
import type { UpstreamDifference } from '../../nginx/compare'
import { sayDifference } from '../difference-words'
import type { Drift } from '../drift'
import { blockDifferences, liveUpstream } from '../live-upstream'
import type { Situation } from '../operation'
import type { OperationCall } from '../operation-call'

const reload: OperationCall = { operation: 'reload', given: {} }

/** nginx's upstream block: whether it exists, and every line and directive in which it differs from what the fleet renders to. */
export function upstreamDrift(situation: Situation): readonly Drift[] {
  const { fleet, observed } = situation
  const { file, upstream, machine } = fleet.loadBalancer
  const live = liveUpstream(fleet, observed)
  const where = t('{0} on {1}', file, machine.name)
  if (live.kind === 'unclear') return [{ message: t('{0} cannot be parsed: {1}', where, live.reason) }]
  if (live.kind === 'absent')
    return [
      {
        message: live.text === undefined ? t('{0} is not there', where) : t('{0} has no upstream {1}', where, upstream),
        mend: reload,
      },
    ]
  return lineDrift(situation)
}

function lineDrift(situation: Situation): readonly Drift[] {
  const workers = situation.fleet.servers.flatMap(server => server.workers)
  const byAddress = new Map(workers.map(worker => [normalAddress(worker.upstreamAddress), worker]))
  const found = blockDifferences(situation).map(difference => ({
    difference,
    worker: 'address' in difference ? byAddress.get(normalAddress(difference.address)) : undefined,
  }))
  const missing = new Map<string, number>()
  const missingOn = (server: string) => missing.get(server) ?? 0
  for (const { difference, worker } of found)
    if (worker && difference.kind === 'missing-line') missing.set(worker.server, missingOn(worker.server) + 1)
  return found.map(({ difference, worker }) => {
    const message = sayDifference(difference)
    if (!worker) return { message, mend: reload }
    const { server, id } = worker
    const mend = mendOf(difference, worker, missingOn(server))
    return { server, worker: id, message: t('worker {0} of {1}: {2}', id, server, message), mend }
  })
}

function mendOf(difference: UpstreamDifference, worker: Worker, missing: number): OperationCall {
  const { server, id, line } = worker
  if (difference.kind === 'missing-line') return { operation: 'add-worker', given: { server, count: missing } }
  const isDown = difference.kind === 'parameters' && difference.found.split(' ').includes('down')
  return isDown && !line.down ? { operation: 'undrain', given: { server, worker: id } } : reload
}

import type { Worker } from '../../fleet/fleet'
import type { UpstreamDifference } from '../../nginx/compare'
import { sayDifference } from '../difference-words'
import type { Drift } from '../drift'
import { blockDifferences, downByHand, isAbout, joiningWorkers, liveUpstream } from '../live-upstream'
import type { Situation } from '../operation'
import type { OperationCall } from '../operation-call'

const reload: OperationCall = { operation: 'reload', given: {} }

/** nginx's upstream block: whether it is there, and every line and directive in which it is not what the fleet renders to. */
export function upstreamDrift(situation: Situation): readonly Drift[] {
  const { fleet, observed } = situation
  const { file, upstream, machine } = fleet.loadBalancer
  const live = liveUpstream(fleet, observed)
  const where = `${file} on ${machine.name}`
  if (live.kind === 'unclear') return [{ message: `${where} cannot be understood: ${live.reason}` }]
  if (live.kind === 'absent')
    return [
      {
        message: live.text === undefined ? `${where} is not there` : `${where} has no upstream ${upstream}`,
        mend: reload,
      },
    ]
  return blockDifferences(situation).map(difference => driftOf(situation, difference))
}

function driftOf(situation: Situation, difference: UpstreamDifference): Drift {
  const message = sayDifference(difference)
  const worker = situation.fleet.servers
    .flatMap(server => server.workers)
    .find(candidate => isAbout(difference, candidate))
  if (!worker) return { message, mend: reload }
  return {
    server: worker.server,
    worker: worker.id,
    message: `worker ${worker.id} of ${worker.server}: ${message}`,
    mend: mendOf(situation, difference, worker),
  }
}

function mendOf(situation: Situation, { kind }: UpstreamDifference, { server, id }: Worker): OperationCall {
  if (kind === 'missing-line') {
    const count = joiningWorkers(situation).filter(worker => worker.server === server).length
    return { operation: 'add-worker', given: { server, count } }
  }
  const drained = downByHand(situation).some(worker => worker.server === server && worker.id === id)
  return drained ? { operation: 'undrain', given: { server, worker: id } } : reload
}

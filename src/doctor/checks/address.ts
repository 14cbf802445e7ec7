import { isAcrossNetwork } from '../../fleet/across-network'
import { counted } from '../../fleet/words'
import { whereToLook } from '../../observe/ask-as-nginx'
import { type Check, failed, well } from '../check'
import { type Asked, complaintsOf } from './health'

/** nginx's machine reaches each worker that answers for itself, at the address that nginx uses. */
export const address: Check = {
  name: 'address',
  stage: 'health',
  needs: ['authenticate'],
  concerns: ({ server, fleet }) => server?.workers.some(worker => isAcrossNetwork(fleet, worker)) ?? false,
  judge({ health, reached }, { server, fleet }) {
    if (!server || !reached) return undefined
    const asked = server.workers.flatMap(worker => {
      const answer = health?.get(worker.id)?.kind === 'ok' ? reached.get(worker.id) : undefined
      return answer ? [{ worker, answer }] : []
    })
    if (asked.length === 0) return undefined
    const nginx = fleet.loadBalancer.machine.name
    const silent = asked.filter(({ answer }) => answer.kind !== 'ok')
    if (silent.length === 0)
      return well(
        `${nginx} reaches ${asked.length === 1 ? 'its worker' : counted(asked.length, 'worker')} at ${server.address}`,
      )
    const remedy = whereToLook(fleet, [server.name])
    return failed(
      `at ${server.address} ${nginx} does not reach ${complaintsOf(silent.map(withoutPort))}`,
      `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
    )
  },
}

/** So that workers with the same trouble are named together. */
function withoutPort({ worker, answer }: Asked): Asked {
  if (worker.endpoint.kind !== 'port' || !('reason' in answer)) return { worker, answer }
  return { worker, answer: { ...answer, reason: answer.reason.replace(`port ${worker.endpoint.port}`, 'its port') } }
}

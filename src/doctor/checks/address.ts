import { t } from '@vscode/l10n'
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
        asked.length === 1
          ? t('{0} reaches its worker at {1}', nginx, server.address)
          : t('{0} reaches {1} at {2}', nginx, counted(asked.length, 'worker'), server.address),
      )
    const remedy = whereToLook(fleet, [server.name])
    return failed(
      t('at {0} {1} does not reach {2}', server.address, nginx, complaintsOf(silent.map(withoutPort))),
      `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
    )
  },
}

/** So that workers with the same trouble are named together. */
function withoutPort({ worker, answer }: Asked): Asked {
  if (worker.endpoint.kind !== 'port' || !('reason' in answer)) return { worker, answer }
  return {
    worker,
    answer: { ...answer, reason: answer.reason.replace(t('port {0}', worker.endpoint.port), t('its port')) },
  }
}

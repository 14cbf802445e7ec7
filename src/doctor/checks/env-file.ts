import { t } from '@vscode/l10n'
import { listOf } from '../../fleet/words'
import { isCount } from '../../plan/workers-variable'
import { type Check, failed, well } from '../check'

/** The file that workers read their settings from exists, can be read, and sets the fleet's two variables. */
export const envFile: Check = {
  name: 'env file',
  stage: 'probe',
  needs: ['sudo'],
  concerns: ({ server }) => server !== undefined,
  judge({ probe }, { fleet }) {
    if (!probe) return undefined
    const { envFile: path, maxCallsVariable, workersVariable } = fleet.service
    const { exists, unreadable, maxCalls, workers } = probe.server.environment
    if (!exists)
      return failed(
        t('file {0} does not exist', path),
        t('Copy it from a server that has it; if it is elsewhere, set "env_file" under "service" in fleet.yaml.'),
      )
    if (unreadable !== undefined)
      return failed(
        t('{0} cannot be read: {1}', path, unreadable).replace(/\.$/, ''),
        t('Check its owner and permissions.'),
      )
    const missing = [
      ...(maxCalls === undefined ? [maxCallsVariable] : []),
      ...(workers === undefined ? [workersVariable] : []),
    ]
    if (missing.length > 0)
      return failed(
        t('{0} does not set {1}', path, listOf(missing)),
        t(
          'Apply fleet.yaml (fleet-ops run apply) sets the workers, Set Calls per Worker (fleet-ops run set-calls) the calls; if a variable has another name there, give it under "service" in fleet.yaml.',
        ),
      )
    const [wrong] = [
      ...(maxCalls === undefined || isCount(maxCalls) ? [] : [`${maxCallsVariable}=${maxCalls}`]),
      ...(workers === undefined || isCount(workers) ? [] : [`${workersVariable}=${workers}`]),
    ]
    if (wrong !== undefined)
      return failed(
        t('{0} sets {1}, which is not a number', path, wrong),
        t(
          'Put the comment on its own line: systemd reads text after a value as part of it. Apply fleet.yaml (fleet-ops run apply) does this.',
        ),
      )
    return well(`${path}: ${maxCallsVariable}=${maxCalls}, ${workersVariable}=${workers}`)
  },
}

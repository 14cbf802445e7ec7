import { t } from '@vscode/l10n'
import { type Check, everyMachine, well } from '../check'
import { judgeOpening } from '../opening'

/** What fleet.yaml and ~/.ssh/config say about a machine yields an address, a port and a user. */
export const resolve: Check = {
  name: 'resolve',
  stage: 'resolve',
  needs: [],
  concerns: everyMachine,
  judge(evidence) {
    const { resolved } = evidence
    if (!resolved) return judgeOpening(evidence, 'resolve', '')
    const { user, hostName, port, through } = resolved
    return well([t('{0}@{1}, port {2}', user, hostName, port), ...(through ? [through] : [])].join(', '))
  },
}

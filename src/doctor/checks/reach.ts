import { t } from '@vscode/l10n'
import { type Check, everyMachine } from '../check'
import { judgeOpening } from '../opening'

/** Something at that address speaks SSH. */
export const reach: Check = {
  name: 'reach',
  stage: 'open',
  needs: ['resolve'],
  concerns: everyMachine,
  judge: evidence => judgeOpening(evidence, 'connect', t('an SSH server answers')),
}

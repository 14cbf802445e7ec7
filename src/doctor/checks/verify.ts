import { t } from '@vscode/l10n'
import { type Check, everyMachine } from '../check'
import { judgeOpening } from '../opening'

/** It presents the known host key. */
export const verify: Check = {
  name: 'verify',
  stage: 'open',
  needs: ['reach'],
  concerns: everyMachine,
  judge: evidence => judgeOpening(evidence, 'host-key', t('its host key matches known_hosts')),
}

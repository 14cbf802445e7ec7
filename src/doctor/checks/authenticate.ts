import { t } from '@vscode/l10n'
import { type Check, everyMachine } from '../check'
import { judgeOpening } from '../opening'

/** It lets the user in. */
export const authenticate: Check = {
  name: 'authenticate',
  stage: 'open',
  needs: ['verify'],
  concerns: everyMachine,
  judge: evidence =>
    judgeOpening(evidence, 'authenticate', t('logged in as {0}', evidence.resolved?.user ?? t('the user'))),
}

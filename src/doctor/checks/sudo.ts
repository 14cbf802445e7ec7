import { t } from '@vscode/l10n'
import { type Check, everyMachine, failed, well } from '../check'

/** The user may become root: services, nginx and the env file belong to root. */
export const sudo: Check = {
  name: 'sudo',
  stage: 'root',
  needs: ['authenticate'],
  concerns: everyMachine,
  judge({ root, resolved }) {
    if (root === undefined) return undefined
    if (root === true)
      return well(
        resolved?.user === 'root' ? t('logs in as root') : t('{0} can become root', resolved?.user ?? t('the user')),
      )
    return failed(root.message, root.remedy ?? t('Allow it in /etc/sudoers.d.'))
  },
}

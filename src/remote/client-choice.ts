import { t } from '@vscode/l10n'
/** Who makes connections: ssh2, the system's `ssh`, or ssh2 wherever it can (`auto`). */
export type ClientChoice = 'auto' | 'ssh2' | 'openssh'

const clientChoices: readonly ClientChoice[] = ['auto', 'ssh2', 'openssh']

/** What `FLEET_OPS_SSH_CLIENT` says, `auto` if it is not set. Throws RangeError for any other word. */
export function clientOf({ FLEET_OPS_SSH_CLIENT: word }: NodeJS.ProcessEnv): ClientChoice {
  const choice = clientChoices.find(known => known === (word || 'auto'))
  if (choice) return choice
  throw new RangeError(
    t('FLEET_OPS_SSH_CLIENT is {0}, and not one of {1}', JSON.stringify(word), clientChoices.join(', ')),
  )
}

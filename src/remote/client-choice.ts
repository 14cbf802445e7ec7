import { t } from '@vscode/l10n'
/** Which client makes connections: ssh2, the system's `ssh`, or ssh2 wherever it can (`auto`). */
export type ClientChoice = 'auto' | 'ssh2' | 'openssh'

const clientChoices: readonly ClientChoice[] = ['auto', 'ssh2', 'openssh']

/** The value of `FLEET_OPS_SSH_CLIENT`, or `auto` if unset. Throws RangeError for any other value. */
export function clientOf({ FLEET_OPS_SSH_CLIENT: word }: NodeJS.ProcessEnv): ClientChoice {
  const choice = clientChoices.find(known => known === (word || 'auto'))
  if (choice) return choice
  throw new RangeError(
    t('FLEET_OPS_SSH_CLIENT is {0}; it must be one of {1}', JSON.stringify(word), clientChoices.join(', ')),
  )
}

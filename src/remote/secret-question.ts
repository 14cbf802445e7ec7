import { t } from '@vscode/l10n'
import type { SecretQuestion } from './connection'

/** OpenSSH's NumberOfPasswordPrompts: a passphrase or password is asked for up to three times. */
export const mostTries = 3

/** Asks a machine's operator for `what`, such as `password of deploy@10.0.0.1`; `number` counts the tries from 1. */
export function secretQuestion(machine: string, what: string, number: number): SecretQuestion {
  return {
    machine,
    reason: number === 1 ? what : t('wrong {0}; try again', what),
    echo: false,
    tries: { of: what, isLast: number === mostTries },
  }
}

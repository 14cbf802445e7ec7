import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import type { Prompts } from './connection'
import { secretQuestion } from './secret-question'

/** The sudo password of one user on one machine. */
export interface SudoPassword {
  /** The password to try: `again` if the last one was wrong. Undefined if there is none. */
  give(again: boolean): Promise<string | undefined>
  /** Called when the last password was wrong too: no more are tried, because repeated failures might lock the user out. */
  forget(): void
}

/**
 * The password from FLEET_OPS_SUDO_PASSWORD, or one asked for once per machine and user and kept in memory until the session ends. A
 * wrong one is not kept. `key` identifies the machine.
 */
export function sudoPasswords(
  prompts: Pick<Prompts, 'secret'>,
  environment: NodeJS.ProcessEnv,
): (key: string, machine: Machine, user: string) => SudoPassword {
  const known = new Map<string, string>()
  const given = environment.FLEET_OPS_SUDO_PASSWORD || undefined
  return (key, { name }, user) => {
    let asked = 0
    return {
      async give(again) {
        if (given !== undefined) return again ? undefined : given
        if (again) known.delete(key)
        else asked = 0
        const kept = known.get(key)
        if (kept !== undefined) return kept
        asked++
        const password = await prompts.secret(secretQuestion(name, t('sudo password of {0}', user), asked))
        if (password !== undefined) known.set(key, password)
        return password
      },
      forget: () => void known.delete(key),
    }
  }
}

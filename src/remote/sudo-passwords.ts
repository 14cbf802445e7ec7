import type { Machine } from '../fleet/fleet'
import type { Prompts } from './connection'
import { secretQuestion } from './secret-question'

/** Gives a machine's sudo password: `again` if the last one was wrong. Undefined if there is none. */
export type SudoPassword = (again: boolean) => Promise<string | undefined>

/**
 * The password of FLEET_OPS_SUDO_PASSWORD, or the one that is asked for once a machine and user, and kept in memory until the
 * session ends. A wrong one is not kept. `key` is what the machine is known by.
 */
export function sudoPasswords(
  prompts: Pick<Prompts, 'secret'>,
  environment: NodeJS.ProcessEnv,
): (key: string, machine: Machine, user: string) => SudoPassword {
  const known = new Map<string, string>()
  return (key, { name }, user) => {
    let asked = 0
    return async again => {
      const given = environment.FLEET_OPS_SUDO_PASSWORD || undefined
      if (given !== undefined) return again ? undefined : given
      if (again) known.delete(key)
      else asked = 0
      const kept = known.get(key)
      if (kept !== undefined) return kept
      asked++
      const password = await prompts.secret(secretQuestion(name, `sudo password of ${user}`, asked))
      if (password !== undefined) known.set(key, password)
      return password
    }
  }
}

import { t } from '@vscode/l10n'
import { RemoteError, type ScriptResult } from './connection'
import type { SudoPassword } from './sudo-passwords'

/** How to run a script as root: a prefix for its command, and one for its standard input. */
export interface Privilege {
  readonly prefix: string
  readonly input: string
}

export const unprivileged: Privilege = { prefix: '', input: '' }

export interface PrivilegeOptions {
  readonly machine: string
  readonly user: string
  /** Runs a command with the given standard input. */
  readonly attempt: (command: string, input: string) => Promise<ScriptResult>
  readonly password: SudoPassword
}

const mostPasswords = 3

/**
 * How to become root on a machine: nothing to do for root; others use sudo without a password, or with the one asked for. Throws
 * RemoteError if neither is allowed.
 */
export async function findPrivilege({ machine, user, attempt, password }: PrivilegeOptions): Promise<Privilege> {
  if (user === 'root') return unprivileged
  const free: Privilege = { prefix: 'sudo -n ', input: '' }
  if ((await attempt(`${free.prefix}true`, '')).exitCode === 0) return free
  // Repeated to get the reason in English: the server may use another locale.
  const refused = await attempt('env LC_ALL=C LANGUAGE=C sudo -n true', '')
  const asks = /password is required|terminal is required|askpass/i.test(refused.stderr)
  for (let tries = 0; asks && tries < mostPasswords; tries++) {
    const given = await password.give(tries > 0)
    if (given === undefined) break
    // -k: if sudo still had a cached password, it would leave this one unread, and the shell would read it (sudo(8)).
    const asked: Privilege = { prefix: "sudo -k -S -p '' ", input: `${given}\n` }
    if ((await attempt(`${asked.prefix}true`, asked.input)).exitCode === 0) return asked
  }
  password.forget()
  throw new RemoteError(
    machine,
    'sudo',
    t('{0} cannot become root on {1}: {2}.', user, machine, whyNot(refused, asks)),
    {
      remedy: t(
        'Allow it in /etc/sudoers.d on {0} ("{1} ALL=(ALL) NOPASSWD: ALL", or without NOPASSWD to be asked for a password), or set another "user" under "ssh".',
        machine,
        user,
      ),
    },
  )
}

function whyNot({ stderr, exitCode }: ScriptResult, asks: boolean): string {
  if (exitCode === 127) return t('sudo is not installed there')
  if (asks) return t('sudo needs a password, and the one given was wrong or missing')
  if (/must have a tty/i.test(stderr)) return t('sudo requires a terminal (requiretty in its sudoers)')
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return last.replace(/^sudo: /, '').replace(/\.$/, '') || t('sudo exited with {0}', exitCode)
}

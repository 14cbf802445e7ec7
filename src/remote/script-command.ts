import { t } from '@vscode/l10n'
import { RemoteError } from './connection'
import type { Privilege } from './privilege'
import { quoteArgument } from './quote'
import type { ScriptName } from './scripts'

/** Linux rejects arguments of 128 KiB or more (execve(2), MAX_ARG_STRLEN), and sshd passes the whole command line as one. */
const longestCommand = 120_000

/**
 * The command that runs a script read from standard input: `sh -s -- ARG…`. Throws RemoteError for arguments that do not fit on a
 * command line.
 */
export function scriptCommand(
  machine: string,
  { prefix }: Pick<Privilege, 'prefix'>,
  script: ScriptName,
  args: readonly string[],
): string {
  try {
    const command = [`${prefix}sh -s --`, ...args.map(quoteArgument)].join(' ')
    const length = Buffer.byteLength(command)
    if (length <= longestCommand) return command
    throw new RangeError(t('its arguments are {0} bytes long; the limit is {1}', length, longestCommand))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RemoteError(machine, 'run', t('{0} cannot be run: {1}.', script, error.message), {
      cause: error,
      remedy: t('Check the names in fleet.yaml; keep a large upstream block in a file of its own.'),
    })
  }
}

import { t } from '@vscode/l10n'
import { RemoteError } from './connection'
import type { Privilege } from './privilege'
import { quoteArgument } from './quote'
import type { ScriptName } from './scripts'

/** Linux takes no argument of 128 KiB or more (execve(2), MAX_ARG_STRLEN), and sshd gives the whole command line as one. */
const longestCommand = 120_000

/**
 * The command that runs a script, which comes on its standard input: `sh -s -- ARG…`. Throws RemoteError for arguments that no
 * command line can carry.
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
    throw new RangeError(t('what it is given is {0} bytes long, and a command line holds {1}', length, longestCommand))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RemoteError(machine, 'run', t('{0} cannot be run: {1}.', script, error.message), {
      cause: error,
      remedy: t('Look at the names in fleet.yaml; keep a large upstream block in a file of its own.'),
    })
  }
}

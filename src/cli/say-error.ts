import { AdoptError } from '../adopt/adopt-error'
import { FleetFileError } from '../apply/session'
import { messageOf } from '../fleet/message-of'
import { OperationError, OperationRefused } from '../plan/operation'
import { type Role, type StyledLine, span } from '../plan/styled-text'
import { RemoteError } from '../remote/connection'
import { CliError } from './cli-error'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { findingLines } from './finding-lines'

/** Prints an error and its remedy to standard error, and answers the exit code. */
export function sayError(error: unknown, console: Console): ExitCode {
  if (error instanceof FleetFileError) {
    if (error.findings.length === 0) return say(error.message, emptyRemedy, exitCode.usage)
    console.note(findingLines(error.path, error.text, error.findings))
    return exitCode.usage
  }
  if (error instanceof CliError) return say(error.message, error.remedy, error.exitCode)
  if (error instanceof AdoptError)
    return say(error.message, error.remedy, error.asked ? exitCode.usage : exitCode.failed)
  if (error instanceof OperationRefused) return say(error.message, error.remedy, exitCode.refused)
  if (error instanceof OperationError) return say(error.message, error.remedy, exitCode.usage)
  if (error instanceof RemoteError) return say(`${error.machine}: ${error.message}`, error.remedy, exitCode.refused)
  return say(messageOf(error), undefined, exitCode.failed)

  function say(message: string, remedy: string | undefined, code: ExitCode): ExitCode {
    console.note([line('refusal', 'error: ', message), ...(remedy ? [line('dim', 'what to do: ', remedy)] : [])])
    return code
  }
}

const emptyRemedy =
  'write name, load_balancer and servers in it, or have `fleet-ops adopt HOST...` write one from servers that run already'

const line = (role: Role, label: string, text: string): StyledLine => [span(role, label), span('plain', text)]
